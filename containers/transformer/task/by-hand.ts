/** One object of the raw bucket by hand: its newest version, through the normal path of ledger, shard and result. */
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { Contract, type StoredContract } from '../../../protocol/contract.ts';
import { RawKeys, WorkKeys } from '../../../protocol/keys.ts';
import { UNCLASSIFIED, type LedgerRow } from '../../../protocol/ledger.ts';
import type { ShardResult } from '../../../protocol/shard.ts';
import { listPrefix } from '../../../runtime/catalog/files.ts';
import { contractHash, matchDataset, type CompiledDataset } from '../../../runtime/contracts.ts';
import { pack } from '../../../runtime/pack.ts';
import { writeShard } from '../../../runtime/shards.ts';
import { MisuseError } from './config.ts';
import type { Task } from './context.ts';
import { runShard } from './shard.ts';

/** Works on the object's shard, or shards if it is cut, making them when it has none yet. Throws MisuseError when it cannot. */
export async function runObject(task: Task, key: string): Promise<ShardResult[]> {
  const row = await rowOf(task, key);
  if (row.shard !== undefined) {
    const ids =
      row.parts === undefined ? [row.shard] : Array.from({ length: row.parts }, (_, i) => `${row.shard}-p${i}`);
    return inTurn(
      task,
      ids.map((shard) => WorkKeys.shard.key({ dataset: row.dataset, shard })),
    );
  }
  const set = await newestContract(task, key);
  if (row.dataset === UNCLASSIFIED && !(await task.ledger.reclassify(row, set.dataset))) throw busy(task, key);
  const [packed] = pack(set, [{ ...row, dataset: set.dataset }]);
  if (!packed) throw busy(task, key);
  for (const file of packed.files) await writeShard(task.config.workBucket, file, task.s3);
  const bound = await task.ledger.bind(row.object, row.version, {
    shard: packed.shard,
    contract: set.hash,
    attempt: task.config.attempt,
    parts: packed.parts,
  });
  if (bound !== 'bound') throw busy(task, key);
  return inTurn(
    task,
    packed.files.map((f) => WorkKeys.shard.key(f.header)),
  );
}

const busy = (task: Task, key: string): MisuseError =>
  new MisuseError(`s3://${task.config.rawBucket}/${key} is being worked on by others; look with decant status`);

async function inTurn(task: Task, keys: readonly string[]): Promise<ShardResult[]> {
  const results: ShardResult[] = [];
  for (const key of keys) results.push(await runShard(task, key));
  return results;
}

/** The ledger's row of the newest version, recorded now if arrivals has not seen it yet. */
async function rowOf(task: Task, key: string): Promise<LedgerRow> {
  const { rawBucket } = task.config;
  const head = await task.s3.send(new HeadObjectCommand({ Bucket: rawBucket, Key: key })).catch((error: unknown) => {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404)
      throw new MisuseError(`s3://${rawBucket}/${key} does not exist`, { cause: error });
    throw error;
  });
  const object = `${rawBucket}/${key}`;
  const row: LedgerRow = {
    object,
    version: head.VersionId ?? 'null',
    dataset: RawKeys.object.parse(key)?.dataset ?? UNCLASSIFIED,
    state: 'arrived',
    size: head.ContentLength ?? 0,
    ...(head.ETag ? { etag: head.ETag.replaceAll('"', '') } : {}),
    at: (head.LastModified ?? new Date()).toISOString(),
    since: new Date().toISOString(),
  };
  const known = await task.ledger.get(object, row.version);
  if (known) return known;
  const recorded = await task.ledger.record(row);
  return recorded === 'recorded' ? row : recorded;
}

/** The contract stored last among those that the key matches. Arrivals would take the deployed one; there is none in a task's image. */
async function newestContract(task: Task, key: string): Promise<CompiledDataset> {
  const { workBucket } = task.config;
  const files = await listPrefix(task.s3, workBucket, WorkKeys.contract.prefix());
  for (const { key: file } of files.sort((a, b) => b.modified.getTime() - a.modified.getTime())) {
    const { Body } = await task.s3.send(new GetObjectCommand({ Bucket: workBucket, Key: file }));
    const stored = JSON.parse((await Body?.transformToString()) ?? '') as StoredContract;
    const set = { ...stored, contract: Contract.parse(stored.contract), hash: contractHash(stored) };
    if (matchDataset(key, { contractSet: '', datasets: [set] })) return set;
  }
  throw new MisuseError(`no contract in s3://${workBucket} knows ${key}; add one to the estate file and deploy it`);
}
