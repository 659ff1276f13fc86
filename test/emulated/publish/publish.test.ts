/** Published rows and files, with a real PostgreSQL and a real S3. */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { Database, Publish } from '../../../protocol/publish.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { hashFile } from '../../../runtime/upload.ts';
import { PublishedDatabase } from '../../../runtime/publish/database.ts';
import { readIndex } from '../../../runtime/publish/exports.ts';
import { migrate } from '../../../runtime/publish/migrate.ts';
import { migrations } from '../../../runtime/publish/migrations.ts';
import { publishFiles, type Published } from '../../../runtime/publish/publish.ts';
import { allFiles } from '../../../runtime/publish/source.ts';
import { openDuck } from '../../../runtime/sql/duckdb.ts';
import { sqlText } from '../../../runtime/sql/text.ts';
import { Postgres, postgresBinaries } from '../../support/postgres.ts';

jest.setTimeout(120_000);

const bundle = 'ab'.repeat(32);
const s3 = s3Client();
const credentials = { username: Postgres.user, password: Postgres.password };
let bucket: string;
let scratch: string;

/** Writes a Parquet file of the lake. */
async function put(key: string, select: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-'));
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder });
  const path = join(folder, 'file.parquet');
  await duck.rows(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
  duck.close();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(path) }));
}

const place = (table: string, sensitivity: string, run: string): string =>
  `${table}/bundle=${bundle}/sensitivity=${sensitivity}/${run}.parquet`;

const prediction = (key: string, value: string, run: string): string =>
  `select '${key}' as molecule_key, 'C"C,' as canonical_smiles, null::varchar as inchikey, 'MolWt' as endpoint,
   ${value}::double as value, 'g/mol' as unit, 'descriptor' as status, null::varchar as head_sha256,
   0.1::double as nearest_similarity, true as in_domain, '${run}' as run`;

const embedding = (key: string, run: string): string =>
  `select '${key}' as molecule_key, 'CC' as canonical_smiles, 'K' as inchikey, [0.1::float, -3.4e38::float, 1e-30::float] as embedding,
   3::integer as dimension, 'mean' as pooling, 'fp32' as dtype, 4::integer as tokens, false as truncated,
   ['DUMMY_ATOM','ISOTOPE'] as warnings, '\\x00\\xFF'::blob as fingerprint, 'RDKit' as toolkit, '${run}' as run`;

const publish = async (config: unknown): Promise<Published> =>
  publishFiles(
    {
      ...{ s3, transformedBucket: bucket, publish: Publish.parse(config) },
      credentials: () => Promise.resolve(credentials),
      duck: { memoryMiB: 1024, threads: 1, scratch, scratchBytes: 2 ** 30 },
    },
    await allFiles(s3, bucket),
  );

beforeEach(async () => {
  bucket = `publish-${randomUUID()}`;
  scratch = await mkdtemp(join(tmpdir(), 'publish-'));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

describe('files', () => {
  test('are named by the index with rows, bytes and SHA-256, once, however often they are published', async () => {
    await put(place('predictions', 'internal', 'run-1'), prediction('k1', '1.5', 'run-1'));
    await publish({ files: ['csv', 'parquet'] });
    await put(place('predictions', 'internal', 'run-2'), prediction('k2', '2.5', 'run-2'));

    await publish({ files: ['csv', 'parquet'] });

    const { index } = await readIndex(s3, bucket, 'predictions');
    expect(index.files.map((f) => [f.format, f.run, f.rows])).toEqual([
      ['csv', 'run-1', 1],
      ['csv', 'run-2', 1],
      ['parquet', 'run-1', 1],
      ['parquet', 'run-2', 1],
    ]);
    for (const file of index.files) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: file.key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      expect(bytes.length).toBe(file.bytes);
    }
  });

  test('hold every digit, and tell null from a text without characters', async () => {
    await put(
      place('predictions', 'internal', 'run-1'),
      `${prediction('k1', '0.1', 'run-1')} union all by name ${prediction('k2', '1e300', 'run-1').replace("'g/mol'", "''")}`,
    );

    await publish({ files: ['csv'] });

    const { index } = await readIndex(s3, bucket, 'predictions');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: index.files[0]?.key ?? '' }));
    const lines = gunzipSync((await Body?.transformToByteArray()) ?? Buffer.of())
      .toString()
      .trim()
      .split('\n');
    expect(lines[1]).toMatch(/^"k1","C""C,",,"MolWt","0\.1","g\/mol",/);
    expect(lines[2]).toMatch(/^"k2","C""C,",,"MolWt","1e\+?300","",/);
  });

  test('of classes that the estate does not publish stay in the lake, and are counted', async () => {
    await put(place('predictions', 'confidential', 'run-1'), prediction('k1', '1', 'run-1'));

    const done = await publish({ files: ['csv'] });

    expect(done).toMatchObject({ files: 0, withheld: 1, rows: 0 });
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'exports/' }));
    expect(KeyCount).toBe(0);
  });

  test('are found by their SHA-256', async () => {
    await put(place('embeddings', 'public', 'run-1'), embedding('k1', 'run-1'));

    await publish({ files: ['parquet'] });

    const { index } = await readIndex(s3, bucket, 'embeddings');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: index.files[0]?.key ?? '' }));
    const path = join(scratch, 'back.parquet');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(path, (await Body?.transformToByteArray()) ?? Buffer.of());
    expect((await hashFile(path)).sha256).toBe(index.files[0]?.sha256);
  });
});

(postgresBinaries() ? describe : describe.skip)(
  postgresBinaries() ? 'rows of a PostgreSQL' : 'rows of a PostgreSQL (skipped: no server is installed)',
  () => {
    let server: Postgres;
    let admin: Client;
    let database: Database;

    const sql = async (text: string): Promise<Record<string, unknown>[]> =>
      (await admin.query<Record<string, unknown>>(text)).rows;

    beforeAll(async () => {
      server = await Postgres.start();
      admin = new Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' });
      await admin.connect();
      await admin.query(`create role ${Postgres.user} login createrole password '${Postgres.password}'`);
    });

    beforeEach(async () => {
      const name = `d_${randomUUID().replaceAll('-', '')}`;
      await admin.query(`create database ${name} owner ${Postgres.user}`);
      await admin.end();
      admin = new Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database: name });
      await admin.connect();
      database = Database.parse({ host: '127.0.0.1', port: server.port, database: name, secret: 'unused', tls: 'off' });
    });

    afterAll(async () => {
      await admin.end();
      server.stop();
    });

    test('are the numbers of the lake, bit for bit', async () => {
      await put(place('embeddings', 'internal', 'run-1'), embedding('k1', 'run-1'));

      const done = await publish({ database });

      expect(done).toMatchObject({ files: 1, rows: 1, inserted: 1, updated: 0, unchanged: 0 });
      const [row] = await sql("select *, encode(fingerprint, 'hex') as hex from decant.embeddings");
      expect(row).toMatchObject({ molecule_key: 'k1', bundle, sensitivity: 'internal', hex: '00ff', truncated: false });
      expect((row?.['embedding'] as number[]).map(Math.fround)).toEqual([0.1, -3.4e38, 1e-30].map(Math.fround));
      expect(row?.['warnings']).toEqual(['DUMMY_ATOM', 'ISOTOPE']);
    });

    test('do not change when the same files are published again', async () => {
      await put(place('predictions', 'internal', 'run-1'), prediction('k1', '1', 'run-1'));
      await publish({ database });

      const again = await publish({ database });

      expect(again).toMatchObject({ rows: 1, inserted: 0, updated: 0, unchanged: 1 });
    });

    test('take the newer value, whatever the order in which files come', async () => {
      const db = await PublishedDatabase.open(database, credentials);
      const { selectRows, publishedColumns, writeCsv } = await import('../../../runtime/publish/rows.ts');
      const { withDuck } = await import('../../../runtime/duck.ts');
      const columns = publishedColumns('predictions');
      const at = (value: string, computedAt: Date) =>
        withDuck({ memoryMiB: 1024, threads: 1, scratch, scratchBytes: 2 ** 30 }, async (c) => {
          const [path, csv] = [join(scratch, 'p.parquet'), join(scratch, 'p.csv')];
          await c.run(`COPY (${prediction('k1', value, 'r')}) TO ${sqlText(path)} (FORMAT parquet)`);
          await writeCsv(
            c,
            selectRows('predictions', path, { bundle, sensitivity: 'internal', computedAt }, 'csv'),
            csv,
          );
          return csv;
        });
      await db.load('predictions', await at('2', new Date('2026-02-02')), columns);

      const older = await db.load('predictions', await at('1', new Date('2026-01-01')), columns);
      const newer = await db.load('predictions', await at('3', new Date('2026-03-03')), columns);

      await db.close();
      expect([older.updated, newer.updated]).toEqual([0, 1]);
      expect(await sql('select value from decant.predictions')).toEqual([{ value: 3 }]);
    });

    test('are read by the reader, who can write nothing', async () => {
      await put(place('predictions', 'internal', 'run-1'), prediction('k1', '1', 'run-1'));
      await publish({ database });

      await admin.query('set role decant_reader');
      const read = await sql('select endpoint from decant.predictions');
      const writes = await admin.query('delete from decant.predictions').catch((e: Error) => e.message);
      await admin.query('reset role');

      expect(read).toEqual([{ endpoint: 'MolWt' }]);
      expect(writes).toMatch(/permission denied/);
    });

    test('come from one whole file or not at all', async () => {
      await put(
        place('predictions', 'internal', 'run-1'),
        `${prediction('k1', '1', 'run-1')} union all by name (select * replace (null::varchar as unit) from (${prediction('k2', '2', 'run-1')}))`,
      );

      await expect(publish({ database })).rejects.toThrow(/null value in column "unit"/);

      expect(await sql('select count(*)::int as n from decant.predictions')).toEqual([{ n: 0 }]);
    });

    test('lie in a schema whose steps are applied once, also by two at the same time', async () => {
      const open = () => PublishedDatabase.open(database, credentials).then((d) => d.close());

      await Promise.all([open(), open(), open()]);

      expect(await sql('select version from decant.migrations')).toEqual(
        migrations.map(({ version }) => ({ version })),
      );
    });

    test('are refused when a step that was applied has changed', async () => {
      await PublishedDatabase.open(database, credentials).then((d) => d.close());
      const changed = migrations.map((m) => ({ ...m, sql: `${m.sql} -- ` }));

      await expect(migrate(admin, database, changed)).rejects.toThrow(/step 1 of schema decant was applied as/);
    });

    test('are refused when the schema is newer than the program', async () => {
      await PublishedDatabase.open(database, credentials).then((d) => d.close());

      await expect(migrate(admin, database, [])).rejects.toThrow(/at step 1, which this version does not know/);
    });

    test('need a reader: who may not make the role is told what to ask for', async () => {
      const name = `r_${randomUUID().replaceAll('-', '')}`;
      await admin.query(`alter role ${Postgres.user} nocreaterole`);

      const opened = PublishedDatabase.open({ ...database, reader: name }, credentials);

      await expect(opened).rejects.toThrow(`create role "${name}" nologin;`);
      await admin.query(`alter role ${Postgres.user} createrole`);
    });

    test('go to no server whose certificate cannot be verified', async () => {
      const opened = PublishedDatabase.open({ ...database, tls: 'verify' }, credentials);

      await expect(opened).rejects.toThrow(/does not support SSL/);
    });
  },
);
