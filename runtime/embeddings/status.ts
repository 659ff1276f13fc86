/** How far the embedding of each dataset is: its last run, and what that run did. */
import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import type { S3Client } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../protocol/keys.ts';
import { executionArn } from '../executions.ts';
import { inParallel } from '../many.ts';
import { Summary } from './record.ts';
import { readClaim } from './start.ts';
import { readJson } from './texts.ts';

export interface EmbedStatus {
  readonly dataset: string;
  /** Name of the last execution; undefined when there was none. */
  readonly run: string | undefined;
  /** Status of that execution; undefined when it is not started, or forgotten. */
  readonly state: string | undefined;
  readonly startedAt: string | undefined;
  /** Error and the beginning of its cause. */
  readonly error: string | undefined;
  /** Counts; undefined before the job has ended, and where nothing was new. */
  readonly counts:
    | Readonly<Record<'values' | 'embedded' | 'known' | 'repeated' | 'quarantined' | 'nulls' | 'outOfDomain', number>>
    | undefined;
}

export interface StatusPlace {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly workBucket: string;
  readonly embedMachine: string;
}

const AT_ONCE = 8;
const CAUSE_CHARS = 300;

export const embedStatus = (place: StatusPlace, datasets: readonly string[]): Promise<EmbedStatus[]> =>
  inParallel(datasets, AT_ONCE, (dataset) => statusOfDataset(place, dataset));

async function statusOfDataset(place: StatusPlace, dataset: string): Promise<EmbedStatus> {
  const none = { dataset, run: undefined, state: undefined, startedAt: undefined, error: undefined, counts: undefined };
  const claim = await readClaim(place, dataset);
  if (!claim) return none;
  const { execution: run } = claim.value;
  const key = WorkKeys.embedSummary.key({ dataset, run });
  const summary = await readJson(place.s3, place.workBucket, key, (v) => Summary.parse(v));
  const found = await describe(place, run);
  if (!summary) return { ...none, run, ...found };
  const { values, embedded, known, repeated, quarantined, nulls, outOfDomain } = summary.value;
  const counts = { values, embedded, known, repeated, quarantined, nulls, outOfDomain };
  return { ...none, run, ...found, counts };
}

async function describe(place: StatusPlace, run: string): Promise<Pick<EmbedStatus, 'state' | 'startedAt' | 'error'>> {
  try {
    const arn = executionArn(place.embedMachine, run);
    const { status, startDate, error, cause } = await place.sfn.send(
      new DescribeExecutionCommand({ executionArn: arn }),
    );
    return {
      state: status,
      startedAt: startDate?.toISOString(),
      error: error === undefined ? undefined : `${error}: ${cause ?? ''}`.slice(0, CAUSE_CHARS),
    };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return { state: undefined, startedAt: undefined, error: undefined };
    throw error;
  }
}
