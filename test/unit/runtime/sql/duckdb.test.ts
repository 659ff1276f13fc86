/** The engine below the contract's SQL: what it may not do even if a statement came past the check of selects. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuck, type Duck } from '../../../../runtime/sql/duckdb.ts';

let folder = '';
let duck: Duck;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duckdb-'));
  mkdirSync(join(folder, 'scratch'));
  writeFileSync(join(folder, 'outside.csv'), 'a\n1\n');
  writeFileSync(join(folder, 'scratch', 'inside.csv'), 'a\n1\n');
  duck = await openDuck({ threads: 1, memoryMiB: 256, folder: join(folder, 'scratch') });
});
afterAll(() => {
  duck.close();
  rmSync(folder, { recursive: true });
});

describe('the engine by itself', () => {
  test('reads and writes in its scratch folder', async () => {
    await duck.connection.run(`COPY (SELECT 2 AS a) TO '${folder}/scratch/made.csv'`);

    expect(await duck.rows(`SELECT count(*)::INT AS n FROM read_csv('${folder}/scratch/*.csv')`)).toEqual([{ n: 2 }]);
  });

  test.each([
    ['reading a file elsewhere', (f: string) => `SELECT * FROM read_csv('${f}/outside.csv')`],
    ['reading a file elsewhere over ..', (f: string) => `SELECT * FROM read_csv('${f}/scratch/../outside.csv')`],
    ['writing a file elsewhere', (f: string) => `COPY (SELECT 1 AS a) TO '${f}/written.csv'`],
    ['s3', () => "SELECT * FROM read_parquet('s3://bucket/key.parquet')"],
    ['ATTACH', (f: string) => `ATTACH '${f}/other.db'`],
    ['INSTALL', () => 'INSTALL httpfs'],
    ['LOAD', () => 'LOAD httpfs'],
    ['SET', () => "SET memory_limit = '64GB'"],
    ['SET of access', () => 'SET enable_external_access = true'],
  ])('refuses %s', async (_what, sql) => {
    await expect(duck.connection.run(sql(folder))).rejects.toThrow(
      /disabled|not allowed|locked|Permission Error|Cannot change/i,
    );
  });
});
