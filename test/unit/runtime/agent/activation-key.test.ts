/** What an agent is asked, and what its answers mean. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { activationUrl, checkKey, fetchActivationKey, zonalName } from '../../../../runtime/agent/activation-key.ts';

const KEY = 'F0EFT-7FPPR-GG7MC-3I9R3-27DOH';
let agent: Server | undefined;
afterEach(() => void agent?.close());

/** A machine that answers as agents do; returns its address. */
async function agentThat(answers: string, status = 200): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  agent = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end(answers);
  });
  await new Promise<void>((done) => agent?.listen(0, '127.0.0.1', done));
  return { address: `127.0.0.1:${(agent.address() as AddressInfo).port}`, asked };
}

describe('the key of an agent', () => {
  test('is asked for with the address of the VPC endpoint', () => {
    expect(activationUrl('10.1.2.3', 'eu-central-1', { kind: 'vpc', address: '10.64.16.5' })).toBe(
      'http://10.1.2.3/?gatewayType=SYNC&activationRegion=eu-central-1&privateLinkEndpoint=10.64.16.5&endpointType=PRIVATE_LINK&no_redirect',
    );
  });

  test('is asked for without one where the public endpoint is meant', () => {
    expect(activationUrl('10.1.2.3', 'eu-central-1', { kind: 'public' })).toBe(
      'http://10.1.2.3/?gatewayType=SYNC&activationRegion=eu-central-1&no_redirect',
    );
  });

  test('is what the agent answers', async () => {
    const { address, asked } = await agentThat(`${KEY}\n`);

    expect(await fetchActivationKey(address, 'eu-central-1', { kind: 'public' })).toBe(KEY);
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a page', '<html>login</html>', 200],
    ['an error', 'busy', 503],
  ])('is refused where the agent answers with %s', async (_what, text, status) => {
    const { address } = await agentThat(text, status);

    await expect(fetchActivationKey(address, 'eu-central-1', { kind: 'public' })).rejects.toThrow(
      `gave no activation key: ${status}`,
    );
  });

  test('that nobody gives is answered with the other way', async () => {
    const { address } = await agentThat('');
    await new Promise((done) => agent?.close(done));

    await expect(fetchActivationKey(address, 'eu-central-1', { kind: 'public' })).rejects.toThrow('give it with --key');
  });

  test('that is typed is taken without blanks, and refused when it is none', () => {
    expect(checkKey(` ${KEY} `)).toBe(KEY);
    expect(() => checkKey('F0EFT-7FPPR')).toThrow('is no activation key');
  });
});

test('the name of an endpoint in a zone follows from its regional name', () => {
  expect(zonalName('vpce-0123456789abcdef0-a1b2c3d4.datasync.eu-central-1.vpce.amazonaws.com', 'eu-central-1b')).toBe(
    'vpce-0123456789abcdef0-a1b2c3d4-eu-central-1b.datasync.eu-central-1.vpce.amazonaws.com',
  );
});
