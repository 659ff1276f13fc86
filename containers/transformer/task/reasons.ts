/** The table of reasons: what the engine wrote, and the objects that it never saw. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { writeFile } from 'node:fs/promises';
import { QuarantineKeys } from '../../../protocol/keys.ts';
import type { ReasonRow } from '../../../protocol/reasons.ts';
import type { ShardResult } from '../../../protocol/shard.ts';
import { reasonColumns } from '../../../runtime/catalog/own-tables.ts';
import type { ColumnSpec } from '../../../runtime/catalog/types.ts';
import { copyToParquet, rowsOf } from '../../../runtime/duck.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import type { Task } from './context.ts';
import { replayId, type Quarantine, type Replay } from './members.ts';

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

const value = (row: ReasonRow, { name, type }: ColumnSpec): string => {
  const v = row[name as keyof ReasonRow];
  return `CAST(${v === null ? 'NULL' : sqlText(String(v))} AS ${type}) AS ${sqlName(name)}`;
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
    .map((row) => `SELECT ${reasonColumns.map((c) => value(row, c)).join(', ')}`);
  const theirs = engine
    ? [`SELECT ${reasonColumns.map((c) => sqlName(c.name)).join(', ')} FROM read_parquet(${sqlText(engine)})`]
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
    `SELECT DISTINCT source_key, source_version, input, source_row FROM read_parquet(${sqlText(path)}) WHERE source_row IS NOT NULL`,
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
