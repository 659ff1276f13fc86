/** The shards of a list in turn: a Fargate start costs more than a shard's work. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../../protocol/keys.ts';
import { TransformerExit } from '../../../protocol/workflow.ts';
import { exists } from '../../../runtime/shards.ts';
import { ShardClaimedError } from '../../../runtime/ledger.ts';
import { MisuseError } from './config.ts';
import type { Task } from './context.ts';
import { describe } from './log.ts';
import { runShard } from './shard.ts';

/** No new shard is begun after so long; the workflow runs another task for what is left. */
export const LIST_MINUTES = 15;

export interface ListOutcome {
  readonly done: number;
  readonly claimed: number;
  readonly crashed: number;
}

/** A shard that crashes fails the task, after the others; one that another task holds fails it only when nothing else could be done. */
export const listExit = ({ done, claimed, crashed }: ListOutcome): number =>
  crashed > 0 ? TransformerExit.failed : done === 0 && claimed > 0 ? TransformerExit.claimed : TransformerExit.done;

/** Keys of shard files, one a line. */
async function readList(task: Task, key: string): Promise<string[]> {
  const { Body } = await task.s3.send(new GetObjectCommand({ Bucket: task.config.workBucket, Key: key }));
  const keys = ((await Body?.transformToString()) ?? '').split('\n').filter((line) => line !== '');
  const wrong = keys.find((k) => !WorkKeys.shard.parse(k));
  if (wrong !== undefined) throw new MisuseError(`${key} names ${wrong}, which is not the key of a shard file`);
  return keys;
}

/** Takes shards until the time is up. One failing shard does not stop the others. */
export async function runList(
  task: Task,
  key: string,
  one: (task: Task, key: string) => Promise<unknown> = runShard,
  minutes = LIST_MINUTES,
): Promise<ListOutcome> {
  const until = Date.now() + minutes * 60_000;
  const outcome = { done: 0, claimed: 0, crashed: 0 };
  for (const shardKey of await readList(task, key)) {
    task.signal.throwIfAborted();
    if (Date.now() >= until) break;
    const ids = WorkKeys.shard.parse(shardKey);
    // A list is worked on by several tasks, one after the other: what is committed costs one request.
    if (
      ids &&
      task.config.fence % 1000 === 0 &&
      (await exists(task.config.workBucket, WorkKeys.result.key(ids), task.s3))
    ) {
      outcome.done++;
      continue;
    }
    try {
      await one(task, shardKey);
      outcome.done++;
    } catch (error) {
      task.signal.throwIfAborted();
      if (error instanceof ShardClaimedError) outcome.claimed++;
      else outcome.crashed++;
      task.log(error instanceof ShardClaimedError ? 'warn' : 'error', 'shard not done', {
        key: shardKey,
        ...describe(error),
      });
    }
  }
  return outcome;
}
