/** Runs objects given as bytes through the real engine and reads back what it wrote. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import {
  Engine,
  type AddOptions,
  type EngineFiles,
  type MemberOutcome,
} from '../../../../../containers/transformer/engine/engine.ts';
import type { RawObject } from '../../../../../containers/transformer/formats/staged.ts';
import { Contract } from '../../../../../protocol/contract.ts';
import { openDuck } from '../../../../../runtime/sql/duckdb.ts';
import type { z } from 'zod';

export type Rows = Record<string, unknown>[];
export interface Ran {
  readonly outcomes: MemberOutcome[];
  readonly files: EngineFiles;
  /** Rows by table. */
  readonly tables: Record<string, Rows>;
  readonly reasons: Rows;
  /** Raw payloads by member. */
  readonly payloads: (Buffer | undefined)[];
}

export interface Given {
  readonly bytes: string | Buffer;
  readonly part?: RawObject['part'];
  readonly readOn?: RawObject['readOn'];
  readonly options?: AddOptions;
}

export const text = (...names: string[]) => names.map((name) => ({ name }));

export async function transform(
  contract: z.input<typeof Contract>,
  given: readonly (string | Buffer | Given)[],
  { threads = 1, shard = 'shard' } = {},
): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  try {
    const engine = await Engine.open({
      dataset: 'data',
      contract: Contract.parse(contract),
      shard,
      run: 'run-1',
      scratch: join(folder, 'scratch'),
      scratchBytes: 1024 ** 3,
      memoryMiB: 2048,
      threads,
    });
    const outcomes: MemberOutcome[] = [];
    for (const [member, g] of given.entries()) {
      const one: Given = typeof g === 'string' || Buffer.isBuffer(g) ? { bytes: g } : g;
      const path = join(folder, `object-${member}`);
      const bytes = Buffer.from(one.bytes as Buffer);
      await writeFile(path, bytes);
      outcomes.push(
        await engine.add(
          {
            key: `src/data/o${member}`,
            version: `v${member}`,
            path,
            size: bytes.length,
            member,
            payloadKey: `p/${member}`,
            order: `2024 ${member}`,
            at: '2024-01-02T03:04:05.000Z',
            ...(one.part ? { part: one.part } : {}),
            ...(one.readOn ? { readOn: one.readOn } : {}),
          },
          one.options ?? {},
        ),
      );
    }
    const files = await engine.finish();
    await engine.close();
    return { outcomes, files, ...(await readBack(folder, files, outcomes)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readBack(folder: string, files: EngineFiles, outcomes: readonly MemberOutcome[]) {
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder: join(folder, 'scratch') });
  const read = (path: string) => duck.rows(`SELECT * FROM read_parquet('${path}')`);
  const tables: Record<string, Rows> = {};
  for (const t of files.tables) tables[t.table] = await read(t.path);
  const reasons = files.reasons ? await read(files.reasons.path) : [];
  duck.close();
  const payloads = await Promise.all(
    outcomes.map(async (o) => (o.payload ? await readFile(o.payload.path) : undefined)),
  );
  return { tables, reasons, payloads };
}

/** The one member's outcome, rows and reasons of one object. */
export async function one(contract: z.input<typeof Contract>, given: string | Buffer | Given) {
  const ran = await transform(contract, [given]);
  const [outcome] = ran.outcomes;
  if (!outcome) throw new Error('no outcome');
  return { outcome, rows: ran.tables['data'] ?? [], reasons: ran.reasons, payload: ran.payloads[0], files: ran.files };
}
