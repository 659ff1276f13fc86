/** The agents of an environment: whether they answer, and what waits for them. */
import { DescribeAgentCommand, InvalidRequestException, type DataSyncClient } from '@aws-sdk/client-datasync';
import { datasyncTransfers } from '../../protocol/datasync.ts';
import type { Estate } from '../../protocol/estate.ts';

export interface AgentLine {
  readonly agent: string;
  readonly mode: 'basic' | 'enhanced';
  /** `WAITING`: not activated yet; `UNKNOWN`: DataSync does not know the ARN; else as DataSync says. */
  readonly status: 'WAITING' | 'UNKNOWN' | 'ONLINE' | 'OFFLINE';
  readonly arn?: string;
  /** When it last spoke to DataSync; ISO 8601. */
  readonly seen?: string;
  readonly endpoint?: string;
  /** Datasets that travel through it. */
  readonly datasets: readonly string[];
  /** Those of them that have no task yet, because an agent of theirs is not activated. */
  readonly waiting: readonly string[];
}

export async function listAgents(
  client: () => DataSyncClient,
  estate: Estate,
  environmentName: string,
): Promise<AgentLine[]> {
  const agents = estate.environments[environmentName]?.agents ?? {};
  const transfers = datasyncTransfers(estate, environmentName);
  const lines: AgentLine[] = [];
  for (const [agent, { mode, arn }] of Object.entries(agents)) {
    const through = transfers.filter((t) => t.from.agents?.includes(agent) && t.transfer.mode === mode);
    lines.push({
      agent,
      mode,
      ...(arn === undefined ? { status: 'WAITING' } : { arn, ...(await look(client(), arn)) }),
      datasets: through.map((t) => t.dataset),
      waiting: through.filter((t) => t.waitsFor.length > 0).map((t) => t.dataset),
    });
  }
  return lines;
}

async function look(client: DataSyncClient, arn: string): Promise<Pick<AgentLine, 'status' | 'seen' | 'endpoint'>> {
  try {
    const found = await client.send(new DescribeAgentCommand({ AgentArn: arn }));
    return {
      status: found.Status ?? 'OFFLINE',
      ...(found.LastConnectionTime && { seen: found.LastConnectionTime.toISOString() }),
      ...(found.EndpointType && { endpoint: found.EndpointType }),
    };
  } catch (error) {
    if (error instanceof InvalidRequestException) return { status: 'UNKNOWN' };
    throw error;
  }
}
