import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddingColumns } from '../../../../protocol/embedding-tables.ts';
import type { EmbedSummary } from '../../../../protocol/embeddings.ts';
import { moleculeKey } from '../../../../runtime/inference/key.ts';
import { Predictor } from '../../../../runtime/inference/predictor.ts';
import { Lake, type Rows } from './support.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const LINEAGE = `'raw/a.csv' AS _source_key, 'v1' AS _source_version, row_number() OVER () AS _source_row`;
const A = `SELECT *, ${LINEAGE} FROM (VALUES ('CCO'), ('OCC'), (NULL), ('C1CC'), ('CCO'), (' '), ('[Na+].[Cl-]'), ('c1cccc1'),
  ('C1=CC=CC=C1'), ('C1CC')) t(Smiles)`;
const B = `SELECT 'c1ccccc1' AS canonical_smiles, 7 AS id UNION ALL SELECT 'CCN', 8`;

let lake: Lake;
let plan: { table: string; columns: string[]; files: string[] }[];
let summary: EmbedSummary;
beforeAll(async () => {
  lake = new Lake();
  plan = [
    { table: 'compounds', columns: ['smiles'], files: [await lake.file('a.parquet', A)] },
    { table: 'hits', columns: ['canonical_smiles', 'parent_smiles'], files: [await lake.file('b.parquet', B)] },
  ];
  summary = await lake.embed(lake.args('first', plan, { fingerprints: 'morgan' }));
});

describe('a run', () => {
  test('counts every value once', () => {
    expect(summary).toMatchObject({
      values: 14,
      nulls: 3,
      embedded: 4,
      known: 0,
      repeated: 3,
      quarantined: 4,
    });
    expect(summary.codes).toEqual({ EMPTY: 1, KEKULIZE: 1, MULTI_COMPONENT: 1, RING_NOT_CLOSED: 2 });
  });

  test('writes one verdict a distinct text of a column', async () => {
    const rows = await lake.rows(
      'molecules',
      'table_name, column_name, smiles, occurrences, status, code, "position", canonical_smiles',
    );

    const row = (
      table_name: string,
      smiles: string,
      occurrences: number,
      canonical_smiles: string | null,
      code: string | null = null,
      position: number | null = null,
    ) => ({
      table_name,
      column_name: table_name === 'hits' ? 'canonical_smiles' : 'smiles',
      smiles,
      occurrences: BigInt(occurrences),
      status: code === null ? 'ok' : 'error',
      code,
      position,
      canonical_smiles,
    });
    expect(rows).toEqual([
      row('compounds', ' ', 1, null, 'EMPTY'),
      row('compounds', 'C1=CC=CC=C1', 1, 'c1ccccc1'),
      row('compounds', 'C1CC', 2, null, 'RING_NOT_CLOSED', 1),
      row('compounds', 'CCO', 2, 'CCO'),
      row('compounds', 'OCC', 1, 'CCO'),
      row('compounds', '[Na+].[Cl-]', 1, '[Cl-].[Na+]'),
      row('compounds', 'c1cccc1', 1, null, 'KEKULIZE', 0),
      row('hits', 'CCN', 1, 'CCN'),
      row('hits', 'c1ccccc1', 1, 'c1ccccc1'),
    ]);
  });

  test.each(['molecules', 'embeddings', 'predictions'] as const)(
    'gives %s the columns of the protocol',
    async (table) => {
      const types = {
        text: 'VARCHAR',
        integer: 'INTEGER',
        bigint: 'BIGINT',
        double: 'DOUBLE',
        boolean: 'BOOLEAN',
        'float[]': 'FLOAT[]',
        'text[]': 'VARCHAR[]',
        binary: 'BLOB',
      };

      const found = await lake.sql(
        `DESCRIBE SELECT * FROM read_parquet('${summary.files[table]?.[0] ?? ''}', hive_partitioning = false)`,
      );

      expect(found.map((c) => [c['column_name'], c['column_type']])).toEqual(
        embeddingColumns[table].map(({ name, type }) => [name, types[type]]),
      );
    },
  );

  test('writes the vector that the predictor computes, under its key', async () => {
    const predictor = await Predictor.open(lake.args('x', []).bundle);
    const [wanted] = await predictor.predict(['CCN']);

    const [row] = await lake.sql(
      `SELECT * FROM read_parquet('${summary.files['embeddings']?.[0] ?? ''}') WHERE canonical_smiles = 'CCN'`,
    );

    const embedding = wanted?.ok ? wanted.embedding : new Float32Array();
    const apart = (row?.['embedding'] as number[]).map((v, i) => Math.abs(v - (embedding[i] ?? NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    expect(row).toMatchObject({
      molecule_key: moleculeKey('CCN', predictor.bundle.index, 'fp32'),
      tokens: 5,
      truncated: false,
      toolkit: 'rdkit 2026.09.1',
      dtype: 'fp32',
    });
    await predictor.close();
  });

  test('writes a fingerprint beside each vector where they are wanted', async () => {
    const rows = await lake.rows('embeddings', 'octet_length(fingerprint) AS bytes');

    expect(rows.map(({ bytes }) => bytes)).toEqual(Array(4).fill(256n));
  });

  test('writes a prediction for each molecule and endpoint', async () => {
    const { endpoints, close } = await Predictor.open(lake.args('x', []).bundle).then((p) => ({
      endpoints: p.endpoints,
      close: () => p.close(),
    }));
    await close();

    const rows = await lake.rows('predictions', 'canonical_smiles, endpoint, unit, status');

    expect(rows).toHaveLength(4 * endpoints.length);
    const of = rows
      .filter((row) => row['canonical_smiles'] === 'CCN')
      .map(({ endpoint, unit, status }) => ({ name: endpoint, unit, status }));
    expect(of).toHaveLength(endpoints.length);
    expect(of).toEqual(expect.arrayContaining(endpoints.map(({ name, unit, status }) => ({ name, unit, status }))));
  });

  test('tells of each value that is no molecule where it came from', async () => {
    const rows = await lake.rows(
      'reasons',
      'source_key, source_version, source_row, input, reason, "column", "value", message, shard, dataset',
    );

    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({
      source_key: 'raw/a.csv',
      source_version: 'v1',
      source_row: 4n,
      input: 'compounds',
      reason: 'invalid_molecule',
      column: 'smiles',
      value: 'C1CC',
      message: 'RING_NOT_CLOSED: a ring is opened and not closed at character 1',
      shard: 'embed-first',
      dataset: 'library',
    });
  });
});

describe('another run', () => {
  test('of the same name touches nothing', async () => {
    const before = lake.files();

    const again = await lake.embed(lake.args('first', []));

    expect(again).toEqual(summary);
    expect(lake.files()).toEqual(before);
  });

  test('embeds nothing twice, and judges everything', async () => {
    const again = await lake.embed(lake.args('second', plan));

    expect(again).toMatchObject({ values: 14, embedded: 0, known: 4, repeated: 3, quarantined: 4 });
    expect(again.files).toMatchObject({ embeddings: [], predictions: [] });
    expect(again.files['molecules']).toHaveLength(1);
  });

  test.each([
    ['another dtype', { dtype: 'fp16' as const }],
    ['another class', { sensitivity: 'public' as const }],
  ])('of %s embeds again', async (_, more) => {
    expect(await lake.embed(lake.args(JSON.stringify(more).replace(/\W/g, ''), plan, more))).toMatchObject({
      embedded: 4,
      known: 0,
    });
  });

  test('that was cut off before its summary makes its files anew', async () => {
    const fresh = new Lake();
    const done = await fresh.embed(fresh.args('cut', plan));
    writeFileSync(join(fresh.folder, 'tables', 'embeddings', 'note.txt'), 'of somebody else');

    const again = await fresh.embed(fresh.args('cut', plan, { summary: join(fresh.folder, 'other.json') }));

    expect(again).toEqual(done);
    expect(fresh.files()).toHaveLength(4);
  });
});

describe('structures of a sensitive dataset', () => {
  test.each(['confidential', 'personal'] as const)('that is %s are not among the reasons', async (sensitivity) => {
    const fresh = new Lake();

    await fresh.embed(fresh.args('run', plan, { sensitivity }));

    const rows = await fresh.rows('reasons');
    expect(rows.map((row) => row['value'])).toEqual(Array(4).fill('***'));
    const text = JSON.stringify(rows, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));
    expect(['C1CC', 'c1cccc1'].filter((s) => text.includes(s))).toEqual([]);
  });
});

test('a molecule that the model has no finite number for is quarantined', async () => {
  const compute = Reflect.get<Predictor, 'compute'>(Predictor.prototype, 'compute');
  jest.spyOn(Predictor.prototype, 'compute').mockImplementation(async function (this: Predictor, read) {
    const found = await compute.call(this, read);
    return found.map((f) =>
      f.ok && f.canonical === 'CCO'
        ? { ok: false, error: { code: 'NON_FINITE', title: '', detail: 'no finite number', position: null } }
        : f,
    );
  });
  const fresh = new Lake();

  const found = await fresh.embed(fresh.args('run', plan));

  expect(found).toMatchObject({ embedded: 3, quarantined: 7, repeated: 1, codes: { NON_FINITE: 3 } });
  const keys: Rows = await fresh.rows('molecules', 'molecule_key');
  expect(keys.filter((row) => row['molecule_key'] !== null)).toHaveLength(4);
});

describe('inputs', () => {
  test('a plan may be a file, with a byte order mark', async () => {
    const fresh = new Lake();
    writeFileSync(join(fresh.folder, 'plan.json'), `\ufeff${JSON.stringify({ dataset: 'library', tables: plan })}`);

    expect(await fresh.embed(fresh.args('run', [], { plan: join(fresh.folder, 'plan.json') }))).toMatchObject({
      values: 14,
    });
  });

  test('a plan that is not there is told', async () => {
    await expect(lake.embed(lake.args('none', [], { plan: '/no/plan.json' }))).rejects.toThrow(
      'there is no plan /no/plan.json',
    );
  });

  test('nothing planned is nothing done', async () => {
    const fresh = new Lake();

    expect(await fresh.embed(fresh.args('run', []))).toMatchObject({ values: 0, embedded: 0, quarantined: 0 });
    expect(fresh.files()).toEqual([]);
  });

  test('rows without lineage are told by their file', async () => {
    const fresh = new Lake();
    const file = await fresh.file('odd.parquet', `SELECT 'C1CC' AS smiles`);

    await fresh.embed(fresh.args('run', [{ table: 't', columns: ['smiles'], files: [file] }]));

    expect(await fresh.rows('reasons', 'source_key, source_version, source_row')).toEqual([
      { source_key: file, source_version: '', source_row: null },
    ]);
  });
});

test('a terminal is told how far the run is, with rate and time left; nothing else is', async () => {
  const [told, silent]: [string[], string[]] = [[], []];
  const fresh = new Lake();

  await fresh.embed(fresh.args('a', plan), told, true);
  await fresh.embed(fresh.args('b', plan), silent);

  expect(told.join('')).toMatch(/judged 9 of 9, [\d,]+\/s\n.*embedded 4 of 4, [\d,]+\/s\n/s);
  expect(silent).toEqual([]);
});
