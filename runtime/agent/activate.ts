/** Makes a running machine an agent of an environment: once, however often it is asked. */
import {
  CreateAgentCommand,
  DescribeAgentCommand,
  InvalidRequestException,
  paginateListAgents,
  type DataSyncClient,
} from '@aws-sdk/client-datasync';
import { Exit, UserError } from '../errors.ts';

export interface Activation {
  readonly client: DataSyncClient;
  /** Its name in DataSync, by which an activation that was cut short is found again. */
  readonly agentName: string;
  readonly tags: Readonly<Record<string, string>>;
  /** From the estate file. */
  readonly arn: string | undefined;
  /** The endpoint that it reaches DataSync through; undefined for the public one. */
  readonly endpoint: { readonly id: string; readonly subnetArn: string; readonly securityGroupArn: string } | undefined;
  readonly key: () => Promise<string>;
  readonly dryRun: boolean;
}

export interface Activated {
  /** `known`: the estate file has it; `found`: an earlier activation that the file did not learn of; `new`. */
  readonly how: 'known' | 'found' | 'new';
  /** Undefined in a dry run of a new one. */
  readonly arn: string | undefined;
}

export async function activateAgent(a: Activation): Promise<Activated> {
  if (a.arn !== undefined) {
    if (await agentExists(a.client, a.arn)) return { how: 'known', arn: a.arn };
    throw new UserError(
      `DataSync does not know ${a.arn}: it was deleted, or it is another account's or Region's. Remove its arn from the estate file, ` +
        'start the machine anew and activate again',
      { exitCode: Exit.failed },
    );
  }
  const found = await agentOfName(a.client, a.agentName);
  if (found !== undefined) return { how: 'found', arn: found };
  if (a.dryRun) return { how: 'new', arn: undefined };
  const made = await a.client.send(
    new CreateAgentCommand({
      ActivationKey: await a.key(),
      AgentName: a.agentName,
      Tags: Object.entries(a.tags).map(([Key, Value]) => ({ Key, Value })),
      ...(a.endpoint && {
        VpcEndpointId: a.endpoint.id,
        SubnetArns: [a.endpoint.subnetArn],
        SecurityGroupArns: [a.endpoint.securityGroupArn],
      }),
    }),
  );
  return { how: 'new', arn: made.AgentArn };
}

/** DataSync has no error of its own for what does not exist (API reference, InvalidRequestException). */
async function agentExists(client: DataSyncClient, arn: string): Promise<boolean> {
  try {
    await client.send(new DescribeAgentCommand({ AgentArn: arn }));
    return true;
  } catch (error) {
    if (error instanceof InvalidRequestException) return false;
    throw error;
  }
}

async function agentOfName(client: DataSyncClient, name: string): Promise<string | undefined> {
  for await (const page of paginateListAgents({ client }, {})) {
    const found = page.Agents?.find((agent) => agent.Name === name);
    if (found) return found.AgentArn;
  }
  return undefined;
}
