/** Trouble of the machine is thrown, so that the shard is tried again; it is never blamed on the object. */
import { describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../../../../containers/transformer/engine/engine.ts';
import { Contract } from '../../../../../protocol/contract.ts';

/** One object whose select needs more than the engine is given; what is thrown, and the files that are left. */
async function starved(select: string, scratchBytes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'starved-'));
  const scratch = join(folder, 'scratch');
  try {
    await writeFile(join(folder, 'object'), 'id\n1\n2\n');
    const engine = await Engine.open({
      dataset: 'data',
      contract: Contract.parse({
        format: 'csv',
        columns: [{ name: 'id', type: 'bigint' }],
        tables: { data: { select } },
      }),
      shard: 's',
      run: 'r',
      scratch,
      scratchBytes,
      memoryMiB: 512,
      threads: 1,
    });
    const object = { key: 'k', version: 'v', path: join(folder, 'object'), size: 7, member: 0 };
    const adding = engine.add({ ...object, payloadKey: 'p', order: '1', at: '2026-01-01T00:00:00.000Z' });
    const thrown = await adding.then(
      (outcome) => outcome,
      (error: Error) => error.message,
    );
    await engine.close();
    return { thrown, left: (await readdir(join(scratch, 'tables'))).filter((name) => name.endsWith('.parquet')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the machine', () => {
  test('runs out of memory: the error is thrown, and no table is left half written', async () => {
    const { thrown, left } = await starved(
      "select string_agg(repeat(r.range::varchar, 400), ',') as x from input, range(2000000) r",
      1024 ** 3,
    );

    expect(thrown).toMatch(/^Out of Memory Error/);
    expect(left).toEqual([]);
  });

  test('runs out of disk to spill to: the error is thrown, and no table is left half written', async () => {
    const { thrown, left } = await starved(
      "select md5(r.range::varchar) || md5(id || ' ' || r.range) as x from input, range(3000000) r",
      20 * 1024 ** 2,
    );

    expect(thrown).toMatch(/^Out of Memory Error[^]*max_temp_directory_size/);
    expect(left).toEqual([]);
  });
});
