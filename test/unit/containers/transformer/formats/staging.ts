/** Stages a text or bytes as an object and reads everything back, for the tests of all readers. */
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Column, FormatOptions } from '../../../../../protocol/contract.ts';
import type { RawObject, Reader, Reject, StagedInput } from '../../../../../containers/transformer/formats/staged.ts';

export interface Staged {
  readonly records: number;
  readonly rows: Record<string, string | null>[];
  readonly rejects: readonly Reject[];
  /** Raw payloads of the rejected records, as text. */
  readonly payloads: string[];
  readonly notes: Readonly<Record<string, number>>;
}

export interface StageCase {
  readonly columns?: readonly unknown[];
  readonly options?: unknown;
  readonly object?: Partial<RawObject>;
  readonly key?: string;
  readonly scratchBytes?: number;
  readonly sheets?: readonly { name: string; sheet: string; columns: readonly unknown[] }[];
}

export async function rowsOf(relation: string): Promise<Record<string, string | null>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '512MB' });
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(`SELECT * FROM ${relation} ORDER BY _row`);
    return result.getRowObjectsJson() as Record<string, string | null>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function readBack(input: StagedInput): Promise<Staged> {
  const rows = await rowsOf(input.relation);
  const payloads = await input.payload(input.rejects.map((r) => r.record));
  if (rows.length + input.rejects.length !== input.records)
    throw new Error(`${rows.length} rows + ${input.rejects.length} rejects are not ${input.records} records`);
  return {
    records: input.records,
    rows,
    rejects: input.rejects,
    payloads: payloads.map((p) => Buffer.from(p.bytes).toString('latin1')),
    notes: input.notes,
  };
}

const text = (names: string): unknown[] => names.split(' ').map((name) => ({ name }));
export { text as textColumns };

/** All inputs of an object. */
export async function stageAll(
  reader: Reader,
  content: string | Uint8Array,
  { columns = text('a b'), options = {}, object = {}, key = 'k', scratchBytes = 1e9, sheets }: StageCase = {},
): Promise<Staged[]> {
  const folder = await mkdtemp(join(tmpdir(), 'decant-stage-'));
  try {
    const path = join(folder, 'object');
    await writeFile(path, content);
    const size = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
    const inputs = (sheets ?? [{ name: 'input', sheet: undefined, columns }]).map((s) => ({
      ...s,
      columns: s.columns.map((c) => Column.parse(c)),
    }));
    const staged = await reader({
      object: { key, version: 'v', path, size, ...object },
      options: FormatOptions.parse(options),
      inputs,
      scratch: join(folder, 'scratch'),
      scratchBytes,
    });
    const all = [];
    for (const input of staged) all.push(await readBack(input));
    return all;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The one input of an object. */
export async function stage(reader: Reader, content: string | Uint8Array, more: StageCase = {}): Promise<Staged> {
  const [only] = await stageAll(reader, content, more);
  if (!only) throw new Error('nothing was staged');
  return only;
}

/** Parts of an object as the packer cuts them, each staged as its own task would. */
export async function stageParts(
  reader: Reader,
  content: Uint8Array,
  cuts: readonly number[],
  more: StageCase = {},
): Promise<Staged[]> {
  const edges = [0, ...cuts, content.length];
  const parts = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start = 0, end = 0] = edges.slice(i, i + 2);
    async function* readOn(from: number): AsyncGenerator<Uint8Array> {
      for (let at = from; at < content.length; at += 7) yield await Promise.resolve(content.subarray(at, at + 7));
    }
    const object = { part: { index: i, start, end, objectSize: content.length }, readOn };
    parts.push(await stage(reader, content.subarray(Math.max(0, start - 1), end), { ...more, object }));
  }
  return parts;
}
