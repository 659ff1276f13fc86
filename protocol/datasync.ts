/** Which datasets of an environment travel by DataSync, through which agents, and which wait for an agent. */
import type { Environment, Estate, Source } from './estate.ts';
import { fitName, ROLE_NAME } from './names.ts';
import { isTransferable, parseLocation, type SourceLocation, type TransferableKind } from './source-location.ts';
import { Transfer } from './transfer.ts';

export type TaskMode = Transfer['mode'];

/** One task: from where, how, and with which agents. */
export interface DatasyncTransfer {
  readonly dataset: string;
  /** Name of the source. */
  readonly source: string;
  readonly from: Source;
  readonly transfer: Transfer;
  readonly location: SourceLocation;
  /** Folder below the location. */
  readonly path: string;
  /** ARNs of the agents of the task's mode. */
  readonly agents: readonly string[];
  /** Agents that are not activated yet; the task is made when there is none left. */
  readonly waitsFor: readonly string[];
}

/** On-premises protocols are spoken by agents alone; object stores are reached from AWS by an Enhanced task too. */
export const needsAgent = (kind: TransferableKind, mode: TaskMode): boolean =>
  kind === 'nfs' ||
  kind === 'smb' ||
  kind === 'hdfs' ||
  (mode === 'basic' && (kind === 'object-store' || kind === 'azure-blob'));

/** Names of a source's agents whose mode is the task's: an agent serves tasks of one mode only. */
export const agentsOfMode = (
  environment: Environment,
  names: readonly string[] | undefined,
  mode: TaskMode,
): string[] => (names ?? []).filter((name) => environment.agents[name]?.mode === mode);

/** Whether a dataset travels by DataSync: said so, or its source names agents, or its transfer is described and DataSync is the source's way. */
export function travelsByDatasync(
  source: Pick<Source, 'kind' | 'agents'>,
  transfer: Pick<Transfer, 'by'> | undefined,
): boolean {
  if (!isTransferable(source.kind)) return false;
  if (transfer?.by !== undefined) return transfer.by === 'datasync';
  return source.kind !== 's3' && (transfer !== undefined || source.agents !== undefined);
}

/** The tasks of an environment, in the order of the estate's datasets. Throws a RangeError for a location that cannot be read. */
export function datasyncTransfers(estate: Estate, environmentName: string): DatasyncTransfer[] {
  const environment = estate.environments[environmentName];
  return Object.entries(estate.datasets).flatMap(([dataset, { source, transfer: declared }]): DatasyncTransfer[] => {
    const from = estate.sources[source];
    if (!environment || !from || !isTransferable(from.kind) || !travelsByDatasync(from, declared)) return [];
    if (!(from.environments?.includes(environmentName) ?? true)) return [];
    const transfer = declared ?? Transfer.parse({});
    const names = agentsOfMode(environment, from.agents, transfer.mode);
    const arns = names.map((name) => environment.agents[name]?.arn);
    return [
      {
        dataset,
        source,
        from,
        transfer,
        location: parseLocation(from.kind, from.location),
        path: transfer.path ?? dataset,
        agents: arns.filter((arn) => arn !== undefined),
        waitsFor: names.filter((_, i) => arns[i] === undefined),
      },
    ];
  });
}

/** Name of a dataset's task. */
export const taskName = (estate: string, environment: string, dataset: string): string =>
  `${estate}-${environment}-${dataset}`;

/** The role with which DataSync reads a dataset from a bucket; a fixed name, since policies of other accounts name it. */
export const readerRoleName = (estate: string, environment: string, dataset: string): string =>
  fitName(`${estate}-${environment}-read-${dataset}`, ROLE_NAME);
