/**
 * The transformer: one shard, the shards of a list, or one object, from the raw bucket to Parquet. With the argument
 * `reconcile`, `publish` or `drift` it does that instead. Ends with TransformerExit.
 */
import { GlueClient } from '@aws-sdk/client-glue';
import { mkdir, rm } from 'node:fs/promises';
import { DRIFT_COMMAND } from '../../protocol/drift.ts';
import { INDEX_COMMAND } from '../../protocol/embeddings.ts';
import { PUBLISH_COMMAND } from '../../protocol/publish.ts';
import { RECONCILE_COMMAND, TransformerExit } from '../../protocol/workflow.ts';
import { clientConfig, s3Client } from '../../runtime/aws.ts';
import { Ledger, ShardClaimedError } from '../../runtime/ledger.ts';
import { runDrift } from './drift.ts';
import { runPublish } from './publish.ts';
import { runIndex } from './index-vectors.ts';
import { runReconcile } from './reconcile.ts';
import { runObject } from './task/by-hand.ts';
import { MisuseError, readConfig } from './task/config.ts';
import { StoppedError, type Task } from './task/context.ts';
import { listExit, runList } from './task/list.ts';
import { describe, jsonLog } from './task/log.ts';
import { Progress } from './task/progress.ts';
import { runShard } from './task/shard.ts';

/** Fargate kills 30 s after SIGTERM; claims must be released and the last lines written before. */
const STOP_SECONDS = 20;

const log = jsonLog(process.stdout);

async function run(task: Task): Promise<number> {
  const { work } = task.config;
  if (work.kind === 'list') return listExit(await runList(task, work.key));
  if (work.kind === 'shard') await runShard(task, work.key);
  else for (const result of await runObject(task, work.key)) process.stdout.write(`${JSON.stringify(result)}\n`);
  return TransformerExit.done;
}

function exitOf(error: unknown, stopped: boolean): number {
  if (stopped) return TransformerExit.stopped;
  if (error instanceof MisuseError) return TransformerExit.misuse;
  return error instanceof ShardClaimedError ? TransformerExit.claimed : TransformerExit.failed;
}

async function main(): Promise<number> {
  if (process.argv[2] === RECONCILE_COMMAND) return runReconcile(log);
  if (process.argv[2] === INDEX_COMMAND) return runIndex(log);
  if (process.argv[2] === PUBLISH_COMMAND) return runPublish(log);
  if (process.argv[2] === DRIFT_COMMAND) return runDrift(log);
  const config = readConfig();
  const stop = new AbortController();
  const progress = new Progress(config.environment, process.stdout);
  const claims: Task['claims'] = new Set();
  const task: Task = {
    config,
    s3: s3Client(),
    glue: new GlueClient(clientConfig()),
    ledger: new Ledger(config.ledgerTable),
    log,
    progress,
    claims,
    signal: stop.signal,
  };
  process.once('SIGTERM', () => {
    log('warn', 'stopping', { claims: claims.size });
    stop.abort(new StoppedError('stopped by SIGTERM'));
    // A query of the engine cannot be interrupted: what it makes is not committed, so the process may end under it.
    setTimeout(
      () =>
        void Promise.allSettled([...claims].map((c) => task.ledger.release(c))).then(() =>
          process.exit(TransformerExit.stopped),
        ),
      STOP_SECONDS * 1000,
    ).unref();
  });
  await mkdir(config.scratch, { recursive: true });
  try {
    return await run(task);
  } catch (error) {
    const code = exitOf(error, stop.signal.aborted);
    log(code === TransformerExit.failed ? 'error' : 'warn', 'not done', { exit: code, ...describe(error) });
    return code;
  } finally {
    progress.stop();
    await rm(config.scratch, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    log('error', 'not started', describe(error));
    process.exit(error instanceof MisuseError ? TransformerExit.misuse : TransformerExit.failed);
  },
);
