/** What every step of a task is given. */
import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Claim } from '../../../protocol/ledger.ts';
import type { Ledger } from '../../../runtime/ledger.ts';
import { inParallel } from '../../../runtime/many.ts';
import type { TaskConfig } from './config.ts';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';

export interface Task {
  readonly config: TaskConfig;
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly progress: Progress;
  /** Claims that this process holds now. */
  readonly claims: Set<Claim>;
  /** Aborted by SIGTERM, or for one shard when its claim is lost. */
  readonly signal: AbortSignal;
}

/** SIGTERM came before the commit: nothing was written that a later attempt does not write again. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** Ledger, S3 and Glue calls that one task has in flight: 1,000 members take seconds, and no table is throttled by one task. */
export const CALLS_AT_ONCE = 16;

/** Runs `f` over items, a few at a time; results in order. */
export const eachOf = <T, R>(items: readonly T[], f: (item: T) => Promise<R>, atOnce = CALLS_AT_ONCE): Promise<R[]> =>
  inParallel(items, atOnce, f);
