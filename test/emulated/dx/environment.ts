/** An environment with Direct Connect in the running emulator: the very resources of the network stack, deployed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  AllocateHostedConnectionCommand,
  AllocatePrivateVirtualInterfaceCommand,
  CreateConnectionCommand,
  DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnVPNGateway } from 'aws-cdk-lib/aws-ec2';
import type { EstateContext } from '../../../lib/base/context.ts';
import { DirectConnectLines } from '../../../lib/network/direct-connect.ts';
import { clientConfig } from '../../../runtime/aws.ts';
import { parseEstate } from '../../../runtime/estate.ts';
import { makeEnvironment, type SmallEnvironment } from '../cli/environment.ts';
import { until } from '../local/aws.ts';

export const dx = new DirectConnectClient(clientConfig());
export const endpoint = process.env['AWS_ENDPOINT_URL'] ?? '';

export const CKN = 'ab'.repeat(32);
const CAK = 'cd'.repeat(32);

/** What partners have made for this account before it deploys. */
export interface Hosted {
  readonly connection: string;
  readonly interface: string;
}

export interface DxEnvironment extends SmallEnvironment {
  readonly hosted: Hosted;
}

export const hostedLines = async (): Promise<Hosted> => {
  const account = { ownerAccount: '000000000000' };
  const parent = await dx.send(
    new CreateConnectionCommand({ location: 'EqFR5', bandwidth: '10Gbps', connectionName: 'partner' }),
  );
  const connectionId = parent.connectionId ?? '';
  const offer = { bandwidth: '1Gbps', connectionName: 'offered', vlan: 7 };
  const connection = await dx.send(new AllocateHostedConnectionCommand({ ...account, connectionId, ...offer }));
  const newPrivateVirtualInterfaceAllocation = { virtualInterfaceName: 'offered', vlan: 8, asn: 65010 };
  const vif = await dx.send(
    new AllocatePrivateVirtualInterfaceCommand({ ...account, connectionId, newPrivateVirtualInterfaceAllocation }),
  );
  return { connection: connection.connectionId ?? '', interface: vif.virtualInterfaceId ?? '' };
};

const connectivity = (hosted: Hosted): string => `
      connectivity:
        kind: dx
        cidr: 10.64.16.0/26
        dx:
          resiliency: none
          connections:
            zurich: { location: EqZH4, bandwidth: 10Gbps, provider: Example Carrier, macsec: true, macsecSecret: SECRET }
            link-1: { location: EqFR5, bandwidth: 100Gbps, lag: frankfurt, macsec: true }
            rented: { location: EqFR5, bandwidth: 1Gbps, hosted: ${hosted.connection} }
          lags:
            frankfurt: { location: EqFR5, bandwidth: 100Gbps, macsec: true }
          interfaces:
            north: { kind: private, on: zurich, vlan: 101, asn: 65010 }
            south: { kind: private, on: frankfurt, vlan: 101, asn: 65010 }
          hostedInterfaces:
            guest: { kind: private, id: ${hosted.interface}, connection: dxcon-fh1234ab }
`;

/** Deploys the Direct Connect of the estate file by CloudFormation, as `cdk deploy` would. */
export async function makeDx(): Promise<DxEnvironment> {
  const made = await makeEnvironment('  files: { source: share, contract: { format: csv, columns: [{ name: a }] } }\n');
  const file = join(made.dir, 'decant.yaml');
  const hosted = await hostedLines();
  const secret = `${made.places.catalogDatabase}/macsec`;
  await new SecretsManagerClient(clientConfig()).send(
    new CreateSecretCommand({ Name: secret, SecretString: JSON.stringify({ ckn: CKN, cak: CAK }) }),
  );
  const text = (await readFile(file, 'utf8')).replace(
    '  local: { kind: local }\n',
    `  local:\n      kind: local${connectivity(hosted).replace('SECRET', secret).trimEnd()}\n`,
  );
  await writeFile(file, text);
  await deploy(text);
  return { ...made, hosted };
}

async function deploy(text: string): Promise<void> {
  const estate = parseEstate(text, 'decant.yaml');
  const environment = estate.environments['local'];
  if (!environment?.connectivity.dx) throw new Error('the estate has no Direct Connect');
  const stack = new Stack(new App(), 'dx');
  const gateway = new CfnVPNGateway(stack, 'vgw', { type: 'ipsec.1' });
  const context = { estate: estate.estate, environmentName: 'local', environment } as EstateContext;
  new DirectConnectLines(stack, context, environment.connectivity.dx, '10.64.16.0/26', {
    id: gateway.ref,
    attached: gateway,
  });
  const cfn = new CloudFormationClient(clientConfig());
  const StackName = `${estate.estate}-dx`;
  const body = Template.fromStack(stack).toJSON() as { Parameters?: unknown; Rules?: unknown };
  delete body.Parameters; // Of the bootstrap's version, which is not asked for here.
  delete body.Rules;
  await cfn.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(body) }));
  await until('the stack', async () => {
    const { Stacks } = await cfn.send(new DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus ?? '';
    if (status === 'CREATE_COMPLETE') return status;
    if (!status.endsWith('IN_PROGRESS')) {
      const { StackEvents } = await cfn.send(new DescribeStackEventsCommand({ StackName }));
      throw new Error(`${status}: ${JSON.stringify(StackEvents?.map((e) => e.ResourceStatusReason).filter(Boolean))}`);
    }
    return undefined;
  });
}
