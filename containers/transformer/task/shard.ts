/** One shard: claim, transform, publish, commit, settle. Every step may be repeated by a later attempt. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Claim } from '../../../protocol/ledger.ts';
import type { StoredContract } from '../../../protocol/contract.ts';
import { tablesOf } from '../../../protocol/contract.ts';
import type { Shard, ShardResult } from '../../../protocol/shard.ts';
import { putResult, summarise } from '../../../runtime/results.ts';
import { readContract, readResult, readShard } from '../../../runtime/shards.ts';
import { Engine } from '../engine/engine.ts';
import { missingKeys } from '../modes/keys.ts';
import { mergeAgain } from '../modes/merge.ts';
import type { Task } from './context.ts';
import { withDuck } from '../../../runtime/duck.ts';
import { standingsOf, transformMembers, type Quarantine, type Replay } from './members.ts';
import type { Pass } from './publication.ts';
import { publish } from './publish.ts';
import { readReplay } from './reasons.ts';
import { settle } from './settle.ts';

/** Renewals of a claim: it holds for four times as long. */
const RENEW_SECONDS = 60;
/** Share of the scratch disk for the engine: staging, spilling, output. The rest is for raw bytes and merges. */
const ENGINE_SHARE = 0.6;

/** Takes a shard from its file to its result. Throws ShardClaimedError when another task has it. */
export async function runShard(task: Task, key: string): Promise<ShardResult> {
  const shard = await readShard(task.config.workBucket, key, task.s3);
  const { header } = shard;
  task.progress.start(header.dataset);
  const stored = await readContract(task.config.workBucket, header.contract, task.s3);
  const before = await readResult(task.config.workBucket, header.dataset, header.shard, task.s3);
  if (before) return finishAgain(task, before, stored);

  const { fence, owner, run } = task.config;
  const claim = await task.ledger.claim({ shard: header.shard, fence, owner, run });
  task.log('info', 'claimed', {
    shard: header.shard,
    dataset: header.dataset,
    objects: header.objects,
    bytes: header.bytes,
  });
  task.claims.add(claim);
  const scratch = join(task.config.scratch, header.shard);
  const lost = new AbortController();
  const timer = setInterval(
    () => void task.ledger.renew(claim).catch((error: unknown) => lost.abort(error)),
    RENEW_SECONDS * 1000,
  );
  timer.unref();
  const held = { ...task, signal: AbortSignal.any([task.signal, lost.signal]) };
  try {
    await mkdir(scratch, { recursive: true });
    // The holder of the claim before this one may have committed in the meantime.
    const meanwhile = await readResult(task.config.workBucket, header.dataset, header.shard, task.s3);
    return meanwhile ? await finishAgain(held, meanwhile, stored) : await work(held, shard, stored, claim, scratch);
  } finally {
    clearInterval(timer);
    await rm(scratch, { recursive: true, force: true });
    await task.ledger.release(claim);
    task.claims.delete(claim);
  }
}

/** The data is committed; the ledger, or what hides older versions, may have been lost after it. */
async function finishAgain(task: Task, result: ShardResult, { contract }: StoredContract): Promise<ShardResult> {
  task.log('info', 'already committed', { shard: result.shard, dataset: result.dataset });
  const scratch = join(task.config.scratch, `${result.shard}-again`);
  try {
    await mergeAgain(task, result, contract, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await settle(task, result, contract);
  return result;
}

async function work(
  task: Task,
  shard: Shard,
  stored: StoredContract,
  claim: Claim,
  scratch: string,
): Promise<ShardResult> {
  const startedAt = new Date().toISOString();
  const { header } = shard;
  const { contract } = stored;
  const replay = header.replayOf ? await replayOf(task, header.dataset, header.replayOf, scratch) : undefined;
  const standings = await standingsOf(task, shard);
  const hasMerge = tablesOf(header.dataset, contract).some(({ table }) => table.mode === 'merge');

  const refused: Quarantine[] = [];
  for (;;) {
    const pass = await onePass(task, shard, stored, claim, scratch, { standings, replay, hasMerge, refused });
    const keyless = await missingKeys(task, shard, contract, pass.output.tables, scratch);
    if (keyless.length === 0) {
      const tables = await publish(task, { shard, contract, claim, scratch, ...pass });
      const result = summarise({
        header,
        run: claim.run,
        attempt: task.config.attempt,
        members: pass.transformed.results,
        tables,
        startedAt,
      });
      await task.ledger.assertHeld(claim);
      if (!(await putResult(task.config.workBucket, result, task.s3))) {
        const theirs = await readResult(task.config.workBucket, header.dataset, header.shard, task.s3);
        if (theirs) return finishAgain(task, theirs, stored);
      }
      task.progress.add('BytesOut', result.bytesOut);
      const {
        shard: id,
        dataset,
        objects,
        rowsIn,
        rowsOut,
        rowsQuarantined,
        objectsQuarantined,
        bytesIn,
        bytesOut,
      } = result;
      task.log('info', 'committed', {
        shard: id,
        dataset,
        objects,
        rowsIn,
        rowsOut,
        rowsQuarantined,
        objectsQuarantined,
        bytesIn,
        bytesOut,
      });
      await settle(task, result, contract);
      return result;
    }
    // A row without its key can neither be merged nor told apart from others: its object waits, the others go on.
    refused.push(...keyless);
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
  }
}

async function onePass(
  task: Task,
  shard: Shard,
  { contract }: StoredContract,
  claim: Claim,
  scratch: string,
  options: {
    standings: Awaited<ReturnType<typeof standingsOf>>;
    replay: Replay | undefined;
    hasMerge: boolean;
    refused: readonly Quarantine[];
  },
): Promise<Pass> {
  const { memoryMiB, threads, scratchBytes } = task.config;
  const { header } = shard;
  const engine = await Engine.open({
    dataset: header.dataset,
    contract,
    shard: header.shard,
    run: claim.run,
    scratch: join(scratch, 'engine'),
    scratchBytes: Math.floor(scratchBytes * ENGINE_SHARE),
    memoryMiB,
    threads,
  });
  try {
    const transformed = await transformMembers(task, engine, shard, options.standings, {
      ...options,
      scratch,
      scratchBytes,
    });
    return { transformed, output: await engine.finish() };
  } finally {
    await engine.close();
  }
}

async function replayOf(task: Task, dataset: string, shard: string, scratch: string): Promise<Replay> {
  const result = await readResult(task.config.workBucket, dataset, shard, task.s3);
  if (!result) throw new Error(`shard ${shard} has no result that could be replayed`);
  return withDuck({ ...task.config, scratch }, (c) => readReplay(task, c, result, scratch));
}
