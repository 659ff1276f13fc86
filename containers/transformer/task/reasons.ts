/** The table of reasons: what the engine wrote, and the objects that it never saw. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import { QuarantineKeys } from '../../../protocol/keys.ts';
import type { ReasonRow } from '../../../protocol/reasons.ts';
import type { ShardResult } from '../../../protocol/shard.ts';
import { copyToParquet, literal, rowsOf } from './duck.ts';
import type { Task } from './context.ts';
import { replayId, type Quarantine, type Replay } from './members.ts';

const numbers: readonly (keyof ReasonRow)[] = [
  'source_row',
  'byte_offset',
  'byte_length',
  'payload_offset',
  'payload_length',
];
const columns: readonly (keyof ReasonRow)[] = [
  'source_key',
  'source_version',
  'source_row',
  'byte_offset',
  'byte_length',
  'input',
  'reason',
  'rule',
  'column',
  'value',
  'message',
  'shard',
  'run',
  'payload_key',
  'payload_offset',
  'payload_length',
];

/** Columns of the table of reasons with their types, for the catalog. */
export const reasonColumns = columns.map((name) => ({
  name: String(name),
  type: numbers.includes(name) ? 'BIGINT' : 'VARCHAR',
}));

/** A whole object as a row of the table of reasons: it stays in the raw bucket, so there is no payload. */
const wholeObject = ({ member, code, message }: Quarantine, shard: string, run: string): ReasonRow => ({
  source_key: member.key,
  source_version: member.version,
  source_row: null,
  byte_offset: null,
  byte_length: null,
  input: '',
  reason: code,
  rule: null,
  column: null,
  value: null,
  message,
  shard,
  run,
  payload_key: null,
  payload_offset: null,
  payload_length: null,
});

const value = (row: ReasonRow, name: keyof ReasonRow): string => {
  const v = row[name];
  const type = numbers.includes(name) ? 'BIGINT' : 'VARCHAR';
  return `CAST(${v === null ? 'NULL' : typeof v === 'number' ? String(v) : literal(v)} AS ${type}) AS "${name}"`;
};

/** Writes the engine's reasons (if any) and those of refused objects into one file. */
export async function joinReasons(
  c: DuckDBConnection,
  engine: string | undefined,
  refused: readonly Quarantine[],
  shard: string,
  run: string,
  path: string,
): Promise<void> {
  const ours = refused
    .map((q) => wholeObject(q, shard, run))
    .map((row) => `SELECT ${columns.map((n) => value(row, n)).join(', ')}`);
  const theirs = engine
    ? [`SELECT ${columns.map((n) => `"${n}"`).join(', ')} FROM read_parquet(${literal(engine)})`]
    : [];
  await c.run(copyToParquet([...theirs, ...ours].join(' UNION ALL '), path));
}

/** The rows that a shard's reasons name, for its replay. Whole objects are not among them: they are packed anew. */
export async function readReplay(
  task: Task,
  c: DuckDBConnection,
  result: ShardResult,
  scratch: string,
): Promise<Replay> {
  const out = new Map<string, Map<string, Set<number>>>();
  if (!result.rowsQuarantined) return out;
  const key = QuarantineKeys.reasons.key({ dataset: result.dataset, shard: result.shard });
  const path = join(scratch, 'replay-reasons.parquet');
  const { Body } = await task.s3.send(new GetObjectCommand({ Bucket: task.config.quarantineBucket, Key: key }));
  await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
  const whole = new Set(result.members.filter((m) => m.state === 'quarantined').map(replayId));
  const rows = await rowsOf(
    c,
    `SELECT DISTINCT source_key, source_version, input, source_row FROM read_parquet(${literal(path)}) WHERE source_row IS NOT NULL`,
  );
  for (const r of rows) {
    const id = replayId({ key: String(r['source_key']), version: String(r['source_version']) });
    if (whole.has(id)) continue;
    const inputs = out.get(id) ?? new Map<string, Set<number>>();
    const set = inputs.get(String(r['input'])) ?? new Set<number>();
    set.add(Number(r['source_row']));
    out.set(id, inputs.set(String(r['input']), set));
  }
  return out;
}
