/** From a delivered table to embeddings, predictions, verdicts and vectors, in a deployed app: nobody asks for any of it. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { shippedBundle } from '../../bin/assets.ts';
import type { EmbedSummary } from '../../protocol/embeddings.ts';
import { WorkKeys } from '../../protocol/keys.ts';
import { s3Client, sfnClient } from '../../runtime/aws.ts';
import { listPrefix } from '../../runtime/catalog/files.ts';
import { loadEmbeddingPlaces } from '../../runtime/embeddings/places.ts';
import type { EmbedStatus } from '../../runtime/embeddings/status.ts';
import { readJson } from '../../runtime/embeddings/texts.ts';
import { statusOf as executionStatus } from '../../runtime/executions.ts';
import { readIndex } from '../../runtime/publish/exports.ts';
import { openVectors } from '../../runtime/vectors/open.ts';
import { Postgres, postgresBinaries } from '../support/postgres.ts';
import { App } from './app.ts';

jest.setTimeout(300_000);

const { index: bundle } = shippedBundle('chemberta-mtr-mini', 'decant.yaml');
/** What is predicted of each molecule: targets and heads. */
const endpoints = 23;
const secret = 'e2e/writer';
/** `port`: of a PostgreSQL on this machine, where it has one. */
const estate = (port?: number): string => `estate: e2e
environments:
  local:
    kind: local
    gatherSec: 0
    deleteData: true
    task: { vcpu: 2, memoryGiB: 2, scratchGiB: 21 }
    publish:
      files: [csv]
${port ? `      database: { host: 127.0.0.1, port: ${port}, database: postgres, secret: ${secret}, tls: 'off' }` : ''}
sources:
  lab: { kind: folder }
datasets:
  compounds:
    source: lab
    contract:
      format: csv
      columns: [{ name: id, type: bigint, nullable: false }, { name: smiles }]
      tables: { compounds: { keys: [id] } }
  secrets:
    source: lab
    contract:
      format: csv
      sensitivity: confidential
      columns: [{ name: id, type: bigint, nullable: false }, { name: structure }]
      tables: { secrets: { keys: [id], molecules: [structure] } }
`;
/** Two spellings of ethanol, one molecule that is none, one row without. */
const FIRST = ['CC(=O)Oc1ccccc1C(=O)O', 'CCO', 'OCC', 'C1CC', '', 'c1ccccc1Cl', 'Cc1ccccc1'];
const csv = (column: string, values: readonly string[]): string =>
  `id,${column}\n${values.map((v, i) => `${i + 1},${v}\n`).join('')}`;
/** Distinct ethers, enough to keep the worker busy for some seconds. */
const ethers = [...Array(20).keys()].flatMap((a) =>
  [...Array(20).keys()].flatMap((b) =>
    ['F', 'Cl', 'Br', 'I', 'N', 'S'].map((x) => `${'C'.repeat(a + 1)}O${'C'.repeat(b + 1)}${x}`),
  ),
);

let app: App;

const statusOf = async (dataset: string): Promise<EmbedStatus> => {
  const { datasets } = await app.json<{ datasets: EmbedStatus[] }>('embed', 'status');
  const found = datasets.find((d) => d.dataset === dataset);
  if (!found) throw new Error(`no status of ${dataset}`);
  return found;
};
/** Waits for a run after `last` to end, and returns it. */
const ended = (dataset: string, last?: string): Promise<EmbedStatus> =>
  app.until(`a run that embeds ${dataset}`, async () => {
    const found = await statusOf(dataset);
    return found.run !== last && !['RUNNING', undefined].includes(found.state) && found;
  });
const count = async (sql: string): Promise<number> => Number((await app.query(sql))[0]?.['n']);

let postgres: Postgres | undefined;

beforeAll(async () => {
  postgres = postgresBinaries() ? await Postgres.start() : undefined;
  app = await App.start('embeddings', estate(postgres?.port));
  const SecretString = JSON.stringify({ username: 'postgres', password: 'of no use' });
  await new SecretsManagerClient({}).send(new CreateSecretCommand({ Name: secret, SecretString }));
});
afterAll(async () => {
  await app.stop();
  postgres?.stop();
});

describe('a table with molecules that arrives', () => {
  let run: EmbedStatus;
  beforeAll(async () => {
    await app.deliver('lab/compounds/1.csv', csv('smiles', FIRST));
    run = await ended('compounds');
  });

  test('is embedded, and every value is accounted for', () => {
    expect(run).toMatchObject({
      state: 'SUCCEEDED',
      counts: { values: 7, embedded: 4, known: 0, repeated: 1, quarantined: 1, nulls: 1 },
    });
  });

  test('has its embeddings in the lake, with the hash of the bundle', async () => {
    const rows = await app.query(
      'select canonical_smiles, cardinality(embedding) as n, bundle, sensitivity from embeddings order by 1',
    );

    expect(rows.map((r) => r['canonical_smiles'])).toEqual(['CC(=O)Oc1ccccc1C(=O)O', 'CCO', 'Cc1ccccc1', 'Clc1ccccc1']);
    expect(new Set(rows.map((r) => `${r['n']} ${r['bundle']} ${r['sensitivity']}`))).toEqual(
      new Set([`${bundle.dimension} ${bundle.hash} internal`]),
    );
  });

  test('has predictions of every target for each molecule', async () => {
    const rows = await app.query(
      "select canonical_smiles, count(distinct endpoint) as n from predictions where status = 'descriptor' group by 1",
    );

    expect(rows.map((r) => r['n'])).toEqual(['20', '20', '20', '20']);
  });

  test('has a verdict on every text, and tells the invalid one in quarantine', async () => {
    const verdicts = await app.query("select smiles, status, code from molecules where status <> 'ok'");
    const groups = await app.json<{ reason: string; dataset: string; rows: number }[]>('quarantine', 'list');

    expect(verdicts).toEqual([{ smiles: 'C1CC', status: 'error', code: 'RING_NOT_CLOSED' }]);
    expect(groups).toMatchObject([{ dataset: 'compounds', reason: 'invalid_molecule', rows: 1 }]);
  });

  test('can be searched: the nearest to a molecule is itself', async () => {
    const [row] = await app.query(
      "select cast(embedding as varchar) as v from embeddings where canonical_smiles = 'CCO'",
    );
    const vector = Float32Array.from(JSON.parse(row?.['v'] ?? '[]') as number[]);
    const folder = await mkdtemp(join(tmpdir(), 'vectors-'));
    const { workBucket } = await app.places();
    const index = openVectors({
      bundle,
      classes: ['internal'],
      vectorBucket: undefined,
      s3: s3Client(),
      workBucket,
      folder,
    });

    const [nearest, ...others] = await index.search({ vector, k: 10 });

    expect(nearest).toMatchObject({ canonical_smiles: 'CCO', inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N' });
    expect(nearest?.score).toBeCloseTo(1, 6);
    expect(others).toHaveLength(3);
    await rm(folder, { recursive: true });
  });
});

describe('what is embedded is published', () => {
  test('as a file that the index names', async () => {
    const { transformedBucket } = await app.places();
    const { index } = await readIndex(s3Client(), transformedBucket, 'predictions');

    expect(index.files.map((f) => [f.format, f.sensitivity, f.rows])).toEqual([['csv', 'internal', 4 * endpoints]]);
  });

  const name = 'as rows of the database that the estate names';
  (postgresBinaries() ? test : test.skip)(postgresBinaries() ? name : `${name} (skipped: no server)`, async () => {
    const client = new Client({ host: '127.0.0.1', port: postgres?.port, user: 'postgres', database: 'postgres' });
    await client.connect();
    const { rows } = await client.query<{ key: string; endpoint: string; value: number }>(
      'select molecule_key as key, endpoint, value from decant.predictions order by 1, 2',
    );
    await client.end();
    const lake = await app.query('select molecule_key as key, endpoint, value from predictions order by 1, 2');

    expect(rows).toHaveLength(4 * endpoints);
    expect(rows).toEqual(lake.map((r) => ({ ...r, value: Number(r['value']) })));
  });
});

describe('the same molecules again', () => {
  test('are embedded no second time', async () => {
    const before = await statusOf('compounds');
    await app.deliver('lab/compounds/2.csv', csv('smiles', FIRST));
    const run = await ended('compounds', before.run);

    expect(run).toMatchObject({ state: 'SUCCEEDED', counts: { values: 7, embedded: 0, known: 4, quarantined: 1 } });
    expect(await count('select count(*) as n from embeddings')).toBe(4);
  });
});

describe('a confidential dataset', () => {
  beforeAll(async () => {
    await app.deliver('lab/secrets/1.csv', csv('structure', ['CCCC', 'C(C)(C)(C)(C)C']));
    await ended('secrets');
  });

  test('has embeddings of its own class, written with a key of their own', async () => {
    const { transformedBucket: Bucket } = await app.places();
    const keyOf = async (sensitivity: string): Promise<string | undefined> => {
      const [file] = await listPrefix(
        s3Client(),
        Bucket,
        `embeddings/bundle=${bundle.hash}/sensitivity=${sensitivity}/`,
      );
      return (await s3Client().send(new HeadObjectCommand({ Bucket, Key: file?.key ?? '' }))).SSEKMSKeyId;
    };
    const [internal, confidential] = [await keyOf('internal'), await keyOf('confidential')];

    expect(confidential).toMatch(/key\//);
    expect(confidential).not.toBe(internal);
  });

  test('is not published', async () => {
    const { transformedBucket } = await app.places();
    const { index } = await readIndex(s3Client(), transformedBucket, 'embeddings');

    expect(index.files.map((f) => f.sensitivity)).not.toContain('confidential');
  });

  test('shows no structure in quarantine', async () => {
    const reasons = await app.query("select value, message from quarantine_reasons where dataset = 'secrets'");

    expect(reasons).toHaveLength(1);
    expect(JSON.stringify(reasons)).not.toContain('C(C)(C)(C)(C)C');
  });
});

describe('a worker that is killed, and an update that arrives meanwhile', () => {
  let killed: string;
  let next: EmbedStatus;
  beforeAll(async () => {
    await app.deliver('lab/compounds/3.csv', csv('smiles', ethers));
    const worker = () => app.report().then(({ tasks }) => tasks.find((t) => t.task.startsWith('jr_')));
    const { pid } = await app.until('the worker', worker, 50);
    killed = (await statusOf('compounds')).run ?? '';
    await app.deliver('lab/compounds/4.csv', csv('smiles', ['c1ccncc1']));
    process.kill(pid, 'SIGKILL');
    next = await ended('compounds', killed);
  });

  test('is tried again, and the run ends well', async () => {
    const { workBucket } = await app.places();
    const { machineArn } = await loadEmbeddingPlaces('e2e', 'local');
    const summary = await readJson(
      s3Client(),
      workBucket,
      WorkKeys.embedSummary.key({ dataset: 'compounds', run: killed }),
      (v) => v as EmbedSummary,
    );

    expect(await executionStatus(sfnClient(), machineArn, killed)).toBe('SUCCEEDED');
    expect(summary?.value).toMatchObject({ values: ethers.length, embedded: ethers.length });
  });

  test('leaves every molecule with one embedding', async () => {
    const rows = await count("select count(*) as n from embeddings where sensitivity = 'internal'");

    expect(rows).toBe(4 + new Set(ethers).size + 1);
  });

  test('keeps nothing waiting: the update is embedded after it', () => {
    expect(next).toMatchObject({ state: 'SUCCEEDED', counts: { values: 1, embedded: 1 } });
  });
});

describe('decant embed', () => {
  test('looks at everything again with --whole, and embeds nothing', async () => {
    await app.must('embed', '--dataset', 'compounds', '--whole', '--wait');

    expect(await statusOf('compounds')).toMatchObject({ state: 'SUCCEEDED', counts: { embedded: 0 } });
  });

  test('refuses a dataset that it does not know, and names those with molecules', async () => {
    const { code, err } = await app.decant('embed', '--dataset', 'compound');

    expect(code).toBe(2);
    expect(err).toContain('compounds, secrets');
  });
});
