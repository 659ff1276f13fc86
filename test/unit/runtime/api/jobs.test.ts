/** @jest-environment ./test/jest/onnx-environment.cjs */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openDuck } from '../../../../runtime/sql/duckdb.ts';
import { itemsOf, startApi, type Answered, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});

const molecules = ['CCO', 'C1CC', 'c1ccccc1', '', 'CC(=O)Oc1ccccc1C(=O)O'];
const sdf = (atom: string): string =>
  `m\n  x\n\n  1  0  0  0  0  0            999 V2000\n    0.0000    0.0000    0.0000 ${atom}   0  0\nM  END\n$$$$\n`;

/** Puts a file where jobs may read. */
function put(name: string, bytes: string | Buffer): string {
  mkdirSync(join(api.files, 'inputs'), { recursive: true });
  writeFileSync(join(api.files, 'inputs', name), bytes);
  return `s3://inputs/${name}`;
}
const fileOf = (uri: unknown): string => join(api.files, String(uri).slice('s3://'.length));

async function run(body: Record<string, unknown>): Promise<Answered> {
  const made = await api.post('/v1/jobs', body);
  if (made.status !== 202) return made;
  for (;;) {
    const job = await api.get(made.headers['Location'] ?? '');
    if (!['QUEUED', 'RUNNING'].includes(String(job.body['state']))) return job;
    await sleep(20);
  }
}

async function rowsOf(job: Answered): Promise<Record<string, unknown>[]> {
  const { results } = job.body['outputs'] as { results: string[] };
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder: api.files });
  try {
    return await duck.rows(`SELECT * FROM read_parquet(['${results.map(fileOf).join("','")}']) ORDER BY row`);
  } finally {
    duck.close();
  }
}
const errorsOf = (job: Answered): { row: number; code: string }[] =>
  readFileSync(fileOf((job.body['outputs'] as { errors: string }).errors), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { row: number; code: string });

describe('a job', () => {
  test('embeds the molecules of a CSV: each row has a vector or an error, and the counts add up', async () => {
    const csv = `id;SMILES\r\n${molecules.map((m, i) => `m${i};${m}`).join('\r\n')}\r\n`;

    const job = await run({ type: 'embeddings', input: { s3uri: put('a.csv', `\uFEFF${csv}`), format: 'csv' } });

    const rows = await rowsOf(job);
    expect(job.body).toMatchObject({
      state: 'PARTIAL',
      progress: 1,
      counts: { total: 5, ok: 3, invalid: 2, truncated: 0 },
    });
    expect(rows.map((r) => [Number(r['row']), r['canonical_smiles']])).toEqual([
      [0, 'CCO'],
      [2, 'c1ccccc1'],
      [4, 'CC(=O)Oc1ccccc1C(=O)O'],
    ]);
    expect(errorsOf(job).map((e) => [e.row, e.code])).toEqual([
      [1, 'RING_NOT_CLOSED'],
      [3, 'EMPTY'],
    ]);
  });

  test('gives the same numbers as a request', async () => {
    const job = await run({ type: 'embeddings', input: { s3uri: put('one.smi', 'CCO ethanol\n'), format: 'smi' } });

    const asked = itemsOf(await api.post('/v1/embeddings', { items: [{ smiles: 'CCO' }] }))[0];
    const [row] = await rowsOf(job);
    expect(job.body['state']).toBe('SUCCEEDED');
    expect(row?.['embedding']).toEqual(asked?.['embedding']);
    expect(row?.['molecule_key']).toBe(asked?.['molecule_key']);
  });

  test('predicts: a column an endpoint, and whether the molecule is in domain', async () => {
    const job = await run({ type: 'predictions', input: { s3uri: put('p.smi', 'CCO\nCCN\n'), format: 'smi' } });

    const rows = await rowsOf(job);
    const asked = itemsOf(await api.post('/v1/predictions', { endpoints: ['TPSA'], items: [{ smiles: 'CCN' }] }))[0];
    expect(rows).toHaveLength(2);
    expect([rows[1]?.['TPSA']]).toEqual((asked?.['predictions'] as { value: number }[]).map((p) => p.value));
    expect(typeof rows[0]?.['in_domain']).toBe('boolean');
  });

  test.each([
    ['smi with names, blank lines and CRLF', 'a.smi', 'CCO ethanol\r\n\r\nCCN\tamine\r\n', { format: 'smi' }, 2],
    ['smi that is packed', 'b.smi.gz', gzipSync('CCO\nCCN\n'), { format: 'smi' }, 2],
    ['sdf', 'c.sdf', sdf('C') + sdf('O'), { format: 'sdf' }, 2],
    ['csv with quoted commas', 'd.csv', 'name,structure\n"a, b",CCO\n', { format: 'csv', column: 'structure' }, 1],
    [
      'parquet',
      'e.parquet',
      Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'smiles', data: ['CCO', null, 'CCN'], type: 'STRING' }] })),
      { format: 'parquet' },
      2,
    ],
  ])('reads %s', async (_name, file, bytes, input, ok) => {
    const job = await run({ type: 'embeddings', input: { s3uri: put(file, bytes), ...input } });

    expect(job.body['counts']).toMatchObject({ ok });
  });

  test('writes a manifest last, with size and SHA-256 of every file', async () => {
    const job = await run({ type: 'embeddings', input: { s3uri: put('m.smi', 'CCO\nX\n'), format: 'smi' } });

    const { manifest } = job.body['outputs'] as { manifest: string };
    const { files, counts } = JSON.parse(readFileSync(fileOf(manifest), 'utf8')) as {
      files: { path: string; bytes: number; sha256: string }[];
      counts: unknown;
    };
    const folder = String((job.body['output'] as { s3uri: string }).s3uri);
    expect(counts).toEqual(job.body['counts']);
    expect(files.map((f) => f.path)).toEqual(['results/00000.parquet', 'errors.jsonl']);
    for (const { path, bytes, sha256 } of files) {
      const content = readFileSync(fileOf(folder + path));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
    }
  });

  test.each([
    ['an object that is not there', { s3uri: 's3://inputs/none.csv', format: 'csv' }, 'there is no such object'],
    [
      'a column that is not there',
      () => ({ s3uri: put('f.csv', 'a,b\n1,2\n'), format: 'csv' }),
      'it has no column smiles',
    ],
    [
      'what is no Parquet',
      () => ({ s3uri: put('g.parquet', 'SECRET'), format: 'parquet' }),
      'it cannot be read as parquet',
    ],
    ['a broken archive', () => ({ s3uri: put('h.smi.gz', 'SECRET'), format: 'smi' }), 'it cannot be read to its end'],
  ])('of %s fails, and says why without what is in the file', async (_name, input, detail) => {
    const job = await run({ type: 'embeddings', input: typeof input === 'function' ? input() : input });

    expect(job.body).toMatchObject({ state: 'FAILED', error: { code: 'INPUT', detail } });
  });

  test.each([
    ['outside the prefixes', { s3uri: 's3://other/a.csv', format: 'csv' }],
    ['of a climbing key', { s3uri: 's3://inputs/../other/a.csv', format: 'csv' }],
    ['of the prefix itself', { s3uri: 's3://inputs/', format: 'csv' }],
    ['of another tenant', { s3uri: 's3://work/predictions/jobs/other/x/results/00000.parquet', format: 'parquet' }],
    ['of another service', { s3uri: 'https://inputs/a.csv', format: 'csv' }],
    ['with a column of a format that has none', { s3uri: 's3://inputs/a.smi', format: 'smi', column: 'smiles' }],
  ])('that would read %s is refused', async (_name, input) => {
    expect((await api.post('/v1/jobs', { type: 'embeddings', input })).status).toBe(422);
  });

  test('that would write where the estate does not say is refused', async () => {
    const body = { type: 'embeddings', input: { s3uri: 's3://inputs/a.csv', format: 'csv' } };

    expect((await api.post('/v1/jobs', { ...body, output: { s3uri: 's3://other/x/' } })).status).toBe(422);
  });
});

describe('jobs', () => {
  const idle = () => startApi(() => ({ runner: { start: () => Promise.resolve(), stop: () => Promise.resolve() } }));
  const body = { type: 'embeddings', input: { s3uri: 's3://inputs/a.csv', format: 'csv' } };

  test('of one idempotency key are one job', async () => {
    const own = await idle();
    const made = [
      await own.post('/v1/jobs', body, { 'idempotency-key': 'j-1' }),
      await own.post('/v1/jobs', body, { 'idempotency-key': 'j-1' }),
    ];

    const listed = (await own.get('/v1/jobs')).body['jobs'] as unknown[];
    expect(new Set(made.map((m) => m.body['id'])).size).toBe(1);
    expect(listed).toHaveLength(1);
  });

  test('are listed newest first, in pages that a cursor of another filter or tenant does not open', async () => {
    const own = await idle();
    const ids: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      ids.unshift((await own.post('/v1/jobs', body)).body['id']);
      await sleep(2);
    }

    const first = await own.get('/v1/jobs?limit=3');
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await own.get(`/v1/jobs?limit=3&cursor=${cursor}`);
    const filtered = await own.get(`/v1/jobs?status=QUEUED&cursor=${cursor}`);
    const stranger = await own.call('GET', `/v1/jobs?cursor=${cursor}`, { claims: { username: 'ann', sub: 'u-2' } });

    const pages = [first, second].flatMap((p) => (p.body['jobs'] as { id: string }[]).map((j) => j.id));
    expect(pages).toEqual(ids);
    expect(second.body).not.toHaveProperty('next_cursor');
    expect([filtered.status, stranger.status]).toEqual([422, 422]);
  });

  test('of others are not there', async () => {
    const own = await idle();
    const { id } = (await own.post('/v1/jobs', body)).body;
    const claims = { username: 'ann', sub: 'u-2' };

    const answers = [
      await own.call('GET', `/v1/jobs/${String(id)}`, { claims }),
      await own.call('DELETE', `/v1/jobs/${String(id)}`, { claims }),
    ];
    const listed = await own.call('GET', '/v1/jobs', { claims });

    expect(answers.map((a) => a.status)).toEqual([404, 404]);
    expect(listed.body['jobs']).toEqual([]);
  });

  test('are cancelled once; what has ended cannot be', async () => {
    const own = await idle();
    const { id } = (await own.post('/v1/jobs', body)).body;

    const cancelled = await own.call('DELETE', `/v1/jobs/${String(id)}`);
    const again = await own.call('DELETE', `/v1/jobs/${String(id)}`);

    expect(cancelled.body['state']).toBe('CANCELLED');
    expect([again.status, again.body['type']]).toEqual([409, 'urn:decant:problem:job-has-ended']);
  });

  test.each(['x', '../../etc', '01jd8w2m3k4n5p6q7r8s9t0v1w'])('with the id %s are not there', async (id) => {
    expect((await api.get(`/v1/jobs/${encodeURIComponent(id)}`)).status).toBe(404);
  });
});
