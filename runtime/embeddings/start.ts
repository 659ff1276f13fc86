/**
 * Starts the workflow that embeds a dataset, one execution at a time. A claim names the execution before it is started, so
 * that whoever comes in between starts that one and no second.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import type { EmbedInput } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { startOnce, statusOf } from '../executions.ts';
import { readJson, replaceJson } from './texts.ts';

export interface StartPlace {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly workBucket: string;
  /** ARN of the workflow. */
  readonly embedMachine: string;
}

export interface EmbedRequest extends EmbedInput {
  /** What was written before is to be embedded. */
  readonly at: Date;
}

/** `started`: for this request. `waits`: an earlier one is at work. `covered`: one that started later has ended well. */
export interface Started {
  readonly state: 'started' | 'waits' | 'covered';
  /** Name of the execution. */
  readonly execution: string;
}

export const EmbedClaim = z.strictObject({
  execution: z.string(),
  whole: z.boolean(),
  /** The execution sees what was written before. */
  at: z.iso.datetime(),
});
export type EmbedClaim = z.infer<typeof EmbedClaim>;

/** Each round that does not end is one in which another has claimed or started. */
const MAX_ROUNDS = 20;

/** Name of an execution: dataset and moment, at most 60 characters of the 80 that Step Functions takes. */
const nameOf = (dataset: string, at: Date): string => `${dataset}-${at.toISOString().replace(/[-:.]/g, '')}`;

/** The execution that embeds a dataset or did so last; undefined when none ever did. */
export const readClaim = (place: Pick<StartPlace, 's3' | 'workBucket'>, dataset: string) =>
  readJson(place.s3, place.workBucket, WorkKeys.embedRun.key({ dataset }), (v) => EmbedClaim.parse(v));

/** Starts an execution for the request unless one is at work, or has done it. May be called by many at once. */
export async function startEmbedding(
  place: StartPlace,
  request: EmbedRequest,
  now = () => new Date(),
): Promise<Started> {
  const { dataset, whole } = request;
  const start = (claim: EmbedClaim) =>
    startOnce(place.sfn, place.embedMachine, claim.execution, { dataset, whole: claim.whole } satisfies EmbedInput);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await readClaim(place, dataset);
    if (found) {
      const { value: claim } = found;
      const status = await statusOf(place.sfn, place.embedMachine, claim.execution);
      // Its claimer died before the start, or is about to; or the run is 90 days old and forgotten, and does no harm again.
      if (status === undefined) await start(claim);
      if (status === undefined || status === 'RUNNING' || status === 'PENDING_REDRIVE')
        return { state: 'waits', execution: claim.execution };
      if (status === 'SUCCEEDED' && new Date(claim.at) > request.at && (claim.whole || !whole))
        return { state: 'covered', execution: claim.execution };
    }
    const at = now();
    const claim: EmbedClaim = { execution: nameOf(dataset, at), whole, at: at.toISOString() };
    const key = WorkKeys.embedRun.key({ dataset });
    if (!(await replaceJson(place.s3, place.workBucket, key, claim, found?.etag))) continue;
    await start(claim);
    return { state: 'started', execution: claim.execution };
  }
  throw new Error(`dataset ${dataset} was claimed by others ${MAX_ROUNDS} times in a row`);
}
