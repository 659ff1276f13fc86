/** `decant agent` against the embedded DataSync, with a machine that answers as agents do. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DescribeAgentCommand } from '@aws-sdk/client-datasync';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import { agentsPath } from '../../../protocol/places.ts';
import { clientConfig } from '../../../runtime/aws.ts';
import { datasyncClient } from '../../../runtime/transfer/place.ts';
import { makeEnvironment, type SmallEnvironment } from '../cli/environment.ts';

const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';
let env: SmallEnvironment;
let machine: Server;
let asked: URL[];
let address: string;

beforeEach(async () => {
  env = await makeEnvironment(
    '  assays: { source: nas, transfer: {}, contract: { format: csv, columns: [{ name: id }] } }\n',
    'succeeds',
    { sources: "  nas: { kind: nfs, location: 'nas:/export', agents: [site] }\n", local: 'agents: { site: {} }' },
  );
  asked = [];
  const key = Array.from({ length: 5 }, () => randomBytes(3).toString('hex').slice(0, 5).toUpperCase()).join('-');
  machine = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://machine'));
    response.end(key);
  });
  await new Promise<void>((done) => machine.listen(0, '127.0.0.1', done));
  address = `127.0.0.1:${(machine.address() as AddressInfo).port}`;
});
afterEach(async () => {
  machine.close();
  await env.remove();
});

const file = (): Promise<string> => readFile(join(env.dir, 'decant.yaml'), 'utf8');
const activate = (...argv: string[]) => env.decant('agent', 'activate', 'site', '--address', address, ...argv);

describe('decant agent activate', () => {
  test('makes the machine an agent and writes its ARN into the estate file', async () => {
    const { code, out } = await activate('--json');

    const told = JSON.parse(out) as { arn: string; how: string };
    expect([code, told.how]).toEqual([0, 'new']);
    expect(await file()).toContain(`agents: { site: { arn: ${told.arn} } }`);
    expect(asked[0]?.searchParams.get('gatewayType')).toBe('SYNC');
  });

  test('again changes nothing and asks the machine nothing', async () => {
    await activate();
    const before = await file();

    const { code, err } = await activate();

    expect([code, asked.length]).toEqual([0, 1]);
    expect(err).toContain('is activated already');
    expect(await file()).toBe(before);
  });

  test('finds an agent whose ARN never came into the file', async () => {
    const before = await file();
    const first = await activate();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(env.dir, 'decant.yaml'), before);

    const second = await activate();

    expect([second.out, asked.length]).toEqual([first.out, 1]);
    expect(await file()).toContain(first.out.trim());
  });

  test('ties it to the endpoint that is deployed, and tells the machine its address', async () => {
    const estate = env.places.workBucket.replace(/-work$/, '');
    const places = {
      endpointId: 'vpce-0123456789abcdef0',
      endpointDns: 'localhost',
      subnetArns:
        'arn:aws:ec2:us-east-1:000000000000:subnet/subnet-0a,arn:aws:ec2:us-east-1:000000000000:subnet/subnet-0b',
      securityGroupArns: 'arn:aws:ec2:us-east-1:000000000000:security-group/sg-0a',
    };
    for (const [name, Value] of Object.entries(places)) {
      const Name = `${agentsPath(estate, 'local')}/${name}`;
      await new SSMClient(clientConfig()).send(new PutParameterCommand({ Name, Value, Type: 'String' }));
    }

    const { out } = await activate();

    const made = await datasyncClient().send(new DescribeAgentCommand({ AgentArn: out.trim() }));
    expect(made.PrivateLinkConfig).toMatchObject({
      VpcEndpointId: 'vpce-0123456789abcdef0',
      SubnetArns: ['arn:aws:ec2:us-east-1:000000000000:subnet/subnet-0a'],
    });
    expect(asked[0]?.searchParams.get('privateLinkEndpoint')).toBe('127.0.0.1');
    expect(asked[0]?.searchParams.get('endpointType')).toBe('PRIVATE_LINK');
  });

  test('tried out changes nothing', async () => {
    const before = await file();

    const { code, err } = await activate('--dry-run');

    expect([code, asked.length, await file()]).toEqual([0, 0, before]);
    expect(err).toContain('would be activated');
  });

  test('of an agent that the estate does not have names those there are', async () => {
    const { code, err } = await env.decant('agent', 'activate', 'sit', '--address', address);

    expect(code).toBe(2);
    expect(err).toContain('"sit" is not an agent of environment local; site. Did you mean site?');
  });
});

describe('decant agent list', () => {
  test('tells what waits for an activation, which is no error', async () => {
    const { code, out, err } = await env.decant('agent', 'list');

    expect(code).toBe(0);
    expect(out).toMatch(/site +enhanced +WAITING +- +assays/);
    expect(err).toContain('decant agent activate site --address HOST), and with it assays');
  });

  test('tells that an agent answers', async () => {
    await activate();

    const { code, out } = await env.decant('agent', 'list', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      agents: [{ agent: 'site', status: 'ONLINE', datasets: ['assays'], waiting: [] }],
    });
  });

  test('fails where one does not', async () => {
    const arn = (await activate()).out.trim();
    await injectFault(endpoint, { service: 'datasync', fault: 'agent-offline', resource: arn, times: null });

    const { code, out } = await env.decant('agent', 'list');
    await clearFaults(endpoint, 'datasync', arn);

    expect(code).toBe(1);
    expect(out).toContain('OFFLINE');
  });
});
