/** An activation happens once, however often it is asked for. */
import { DataSyncClient, InvalidRequestException } from '@aws-sdk/client-datasync';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { activateAgent, type Activation } from '../../../../runtime/agent/activate.ts';

const ARN = 'arn:aws:datasync:eu-central-1:111111111111:agent/agent-0123456789abcdef0';
const endpoint = { id: 'vpce-0123456789abcdef0', subnetArn: 'arn:subnet', securityGroupArn: 'arn:group' };

/** DataSync with some agents; remembers what it was sent. */
let sent: { name: string; input: unknown }[];
function datasync(agents: { AgentArn: string; Name: string }[]): DataSyncClient {
  const client = new DataSyncClient({ region: 'eu-central-1' });
  jest.spyOn(client, 'send').mockImplementation(((command: {
    constructor: { name: string };
    input: { AgentArn?: string };
  }) => {
    const name = command.constructor.name;
    sent.push({ name, input: command.input });
    if (name === 'ListAgentsCommand') return Promise.resolve({ Agents: agents });
    if (name === 'CreateAgentCommand') return Promise.resolve({ AgentArn: ARN });
    if (agents.some((a) => a.AgentArn === command.input.AgentArn)) return Promise.resolve({ Status: 'ONLINE' });
    return Promise.reject(new InvalidRequestException({ message: 'does not exist', $metadata: {} }));
  }) as never);
  return client;
}

const activation = (client: DataSyncClient, more: Partial<Activation> = {}): Activation => ({
  client,
  agentName: 'bpc-dev-basel',
  tags: { 'decant:estate': 'bpc' },
  arn: undefined,
  endpoint,
  key: () => Promise.resolve('F0EFT-7FPPR-GG7MC-3I9R3-27DOH'),
  dryRun: false,
  ...more,
});

beforeEach(() => void (sent = []));

describe('an agent', () => {
  test('that is new is created with its key, name, tags and endpoint', async () => {
    const client = datasync([]);

    expect(await activateAgent(activation(client))).toEqual({ how: 'new', arn: ARN });
    expect(sent.at(-1)).toEqual({
      name: 'CreateAgentCommand',
      input: {
        ActivationKey: 'F0EFT-7FPPR-GG7MC-3I9R3-27DOH',
        AgentName: 'bpc-dev-basel',
        Tags: [{ Key: 'decant:estate', Value: 'bpc' }],
        VpcEndpointId: endpoint.id,
        SubnetArns: ['arn:subnet'],
        SecurityGroupArns: ['arn:group'],
      },
    });
  });

  test('that the estate file has is looked up and left alone', async () => {
    const client = datasync([{ AgentArn: ARN, Name: 'bpc-dev-basel' }]);

    expect(await activateAgent(activation(client, { arn: ARN }))).toEqual({ how: 'known', arn: ARN });
    expect(sent.map((s) => s.name)).toEqual(['DescribeAgentCommand']);
  });

  test('that the estate file has and DataSync does not is an error with the remedy', async () => {
    await expect(activateAgent(activation(datasync([]), { arn: ARN }))).rejects.toThrow('Remove its arn');
  });

  test('whose activation was cut short before its ARN was written is found by its name', async () => {
    const client = datasync([
      { AgentArn: `${ARN}x`, Name: 'bpc-prod-basel' },
      { AgentArn: ARN, Name: 'bpc-dev-basel' },
    ]);

    expect(await activateAgent(activation(client))).toEqual({ how: 'found', arn: ARN });
    expect(sent.map((s) => s.name)).toEqual(['ListAgentsCommand']);
  });

  test('is not created in a dry run, and its machine is not asked for a key', async () => {
    const client = datasync([]);
    const key = jest.fn<Activation['key']>();

    expect(await activateAgent(activation(client, { dryRun: true, key }))).toEqual({ how: 'new', arn: undefined });
    expect(sent.map((s) => s.name)).not.toContain('CreateAgentCommand');
    expect(key).not.toHaveBeenCalled();
  });
});
