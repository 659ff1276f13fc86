import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  AssociateMacSecKeyCommand,
  CreateConnectionCommand,
  CreateLagCommand,
  CreatePrivateVirtualInterfaceCommand,
  DescribeConnectionsCommand,
  DisassociateMacSecKeyCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-direct-connect';
import { until } from '../local/aws.ts';
import { CKN, dx, endpoint } from './environment.ts';

/** A request as no SDK would send it. */
async function raw(operation: string, body: object): Promise<{ status: number; message: string; code: string | null }> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'X-Amz-Target': `OvertureService.${operation}`,
      'Content-Type': 'application/x-amz-json-1.1',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/directconnect/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  const { message } = (await response.json()) as { message: string };
  return { status: response.status, message, code: response.headers.get('x-amzn-errortype') };
}

const order = { location: 'EqZH4', bandwidth: '10Gbps', connectionName: 'api', requestMACSec: true };
const cak = 'ef'.repeat(32);

describe('the embedded Direct Connect', () => {
  let id: string;
  beforeAll(async () => void (id = (await dx.send(new CreateConnectionCommand(order))).connectionId ?? ''));

  it.each([
    ['a member that the model lacks', { ...order, macsec: true }, /Unknown member 'macsec'/],
    ['a missing member', { bandwidth: '10Gbps', connectionName: 'x' }, /Value null at 'location'/],
    [
      'a value outside an enum',
      { ...order, billingMode: 'FlatRateTier9' },
      /Member must satisfy enum value set: \[PayAsYouGo/,
    ],
    ['a text where a flag is wanted', { ...order, requestMACSec: 'yes' }, /requestMACSec/],
    ['a speed that AWS does not sell', { ...order, bandwidth: '5Gbps' }, /5Gbps is not a port speed/],
    ['MACsec at 1 Gbps', { ...order, bandwidth: '1Gbps' }, /MACsec is not available for 1Gbps/],
  ])('refuses %s with the error that the model declares', async (_what, body, message) => {
    const refused = await raw('CreateConnection', body);

    expect(refused).toMatchObject({ status: 400, code: 'DirectConnectClientException' });
    expect(refused.message).toMatch(message);
  });

  it('answers by name what it has not', async () => {
    expect(
      await raw('CreateInterconnect', { interconnectName: 'i', bandwidth: '10Gbps', location: 'x' }),
    ).toMatchObject({
      code: 'UnknownOperationException',
      message: 'directconnect CreateInterconnect is not embedded in the local AWS',
    });
  });

  it('walks a port from its order to light', async () => {
    const { connectionId, connectionState } = await dx.send(new CreateConnectionCommand(order));

    expect(connectionState).toBe('requested');
    await until('light', async () => {
      const { connections = [] } = await dx.send(new DescribeConnectionsCommand({ connectionId }));
      return connections[0]?.connectionState === 'available' ? true : undefined;
    });
  });

  it('lets no port refuse clear text without a key, and takes that back with the last key', async () => {
    const mode = { connectionId: id, encryptionMode: 'must_encrypt' };
    await expect(dx.send(new UpdateConnectionCommand(mode))).rejects.toThrow('has no MACsec key');

    const { macSecKeys = [] } = await dx.send(new AssociateMacSecKeyCommand({ connectionId: id, ckn: CKN, cak }));
    await dx.send(new UpdateConnectionCommand(mode));
    await dx.send(new DisassociateMacSecKeyCommand({ connectionId: id, secretARN: macSecKeys[0]?.secretARN }));

    const { connections = [] } = await dx.send(new DescribeConnectionsCommand({ connectionId: id }));
    expect(connections[0]?.encryptionMode).toBe('should_encrypt');
  });

  it('holds three keys and no more', async () => {
    const associate = (n: number) =>
      dx.send(new AssociateMacSecKeyCommand({ connectionId: id, ckn: String(n).repeat(64), cak }));
    for (const n of [1, 2, 3]) await associate(n);

    await expect(associate(4)).rejects.toThrow('has 3 keys');
  });

  it('puts no link of other speed into a lag, and no VLAN twice on a port', async () => {
    const lag = { numberOfConnections: 0, location: 'EqZH4', connectionsBandwidth: '100Gbps', lagName: 'l' };
    const { lagId } = await dx.send(new CreateLagCommand(lag));
    const newPrivateVirtualInterface = { virtualInterfaceName: 'v', vlan: 9, asn: 65010, virtualGatewayId: 'vgw-1' };
    const twice = { connectionId: id, newPrivateVirtualInterface };
    await dx.send(new CreatePrivateVirtualInterfaceCommand(twice));

    await expect(dx.send(new CreateConnectionCommand({ ...order, lagId }))).rejects.toThrow('differ in bandwidth');
    await expect(dx.send(new CreatePrivateVirtualInterfaceCommand(twice))).rejects.toThrow('VLAN 9 is already in use');
  });
});
