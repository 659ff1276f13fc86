/** The client libraries as people install them, on the examples of their READMEs, against the real API on loopback. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../local/root.ts';
import { clientPython, INSTALL_MS } from '../unit/clients/support/python.ts';
import { startLocalApi, type LocalApi } from './local-api.ts';

const run = promisify(execFile);
const root = projectRoot();
let api: LocalApi;
let folder: string;

/** The one block of this language in a README. */
function exampleOf(readme: string, language: string): string {
  const blocks = [
    ...readFileSync(join(root, readme), 'utf8').matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g')),
  ];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? '';
}

/** Files that a job reads, as objects below the prefix that the local API allows. */
function deliver(name: string, text: string): string {
  mkdirSync(join(api.files, 'inputs'), { recursive: true });
  writeFileSync(join(api.files, 'inputs', name), text);
  return `s3://inputs/${name}`;
}

beforeAll(async () => {
  api = await startLocalApi();
  folder = mkdtempSync(join(tmpdir(), 'decant-e2e-clients-'));
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the TypeScript client, installed', () => {
  let place: string;
  const node = (file: string) => run(process.execPath, [file], { cwd: place, env: api.env });

  beforeAll(async () => {
    place = join(folder, 'node');
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{"type":"module","private":true}');
    // Packed and copied, as from a registry, and not linked to these sources.
    await run(
      'npm',
      ['install', '--install-links', '--offline', '--no-audit', '--no-fund', join(root, 'clients/typescript')],
      {
        cwd: place,
      },
    );
  });

  test('runs the example of its README', async () => {
    writeFileSync(join(place, 'example.mjs'), exampleOf('clients/typescript/README.md', 'js'));

    const { stdout } = await node('example.mjs');

    expect(stdout).toMatch(/^chemberta-mtr-mini 1\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^CC\(=O\)Oc1ccccc1C\(=O\)O MolWt 1[678]\d\.\d g\/mol (in|out of) domain$/m);
    expect(stdout).toMatch(/^1 RING_NOT_CLOSED /m);
    expect(stdout).toMatch(/^0\.\d{3} CC\(=O\)Oc1ccccc1C\(=O\)O$/m);
  });

  test('brings types that a strict compiler takes', async () => {
    writeFileSync(
      join(place, 'typed.ts'),
      `import { bearer, DecantClient, type Schemas } from 'decant-client';
       const client = new DecantClient({ baseUrl: 'http://localhost', auth: bearer('t') });
       const item: Promise<Schemas['PredictedItem'] | undefined> = client.predict(['C']).then((a) => a.items[0]);
       // @ts-expect-error: there is no such option
       void client.predict(['C'], { nonsense: 1 });
       void item;`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--noUncheckedIndexedAccess',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];

    const checked = await run(join(root, 'node_modules/.bin/tsc'), [...options, '--lib', 'es2023,dom', 'typed.ts'], {
      cwd: place,
    }).catch((error: unknown) => error as { stdout: string });

    expect(checked.stdout).toBe('');
  });

  test('starts a job, follows it, and reads what became of each molecule', async () => {
    const s3uri = deliver('few.csv', 'id,smiles\n1,CCO\n2,C1CC\n3,c1ccccc1\n');
    writeFileSync(
      join(place, 'job.mjs'),
      `import { readFile } from 'node:fs/promises';
       import { bearer, DecantClient } from 'decant-client';
       const client = new DecantClient({ baseUrl: process.env.DECANT_API, auth: bearer('${api.token}') });
       const { id } = await client.jobs.start({ type: 'predictions', input: { s3uri: '${s3uri}', format: 'csv' } });
       const job = await client.jobs.wait(id, { everySec: 0.2 });
       const read = (uri) => readFile('${api.files}/' + uri.slice(5));
       const [result] = await client.jobs.results(job, read);
       console.log(JSON.stringify({ state: job.state, counts: job.counts, magic: String(result.subarray(0, 4)),
         errors: await client.jobs.errors(job, read) }));`,
    );

    const said = JSON.parse((await node('job.mjs')).stdout) as Record<string, unknown>;

    expect(said).toMatchObject({ state: 'PARTIAL', counts: { total: 3, ok: 2, invalid: 1 }, magic: 'PAR1' });
    expect(said['errors']).toHaveLength(1);
  });
});

describe('the Python client, installed', () => {
  let place: string;
  let interpreter: string;
  const python = (file: string) =>
    run(interpreter, ['-B', join(place, file)], { env: { ...api.env, PYTHONPATH: join(place, 'site') } });

  beforeAll(async () => {
    interpreter = await clientPython();
    place = join(folder, 'python');
    // A copy, so that building leaves nothing in the sources.
    cpSync(join(root, 'clients/python'), join(place, 'source'), { recursive: true });
    const offline = ['--quiet', '--disable-pip-version-check', '--no-index', '--no-deps'];
    await run(interpreter, [
      '-m',
      'pip',
      'wheel',
      ...offline,
      '--no-build-isolation',
      '-w',
      place,
      join(place, 'source'),
    ]);
    const wheel = readdirSync(place).find((name) => name.endsWith('.whl')) ?? '';
    await run(interpreter, ['-m', 'pip', 'install', ...offline, '--target', join(place, 'site'), join(place, wheel)]);
  }, INSTALL_MS);

  test('runs the example of its README', async () => {
    writeFileSync(join(place, 'example.py'), exampleOf('clients/python/README.md', 'python'));

    const { stdout } = await python('example.py');

    const weight = /^aspirin\s+(1[678]\d\.\d)\s+\d+\.\d\s+(?:True|False)\s+ok\s+None$/m.exec(stdout)?.[1];
    expect(weight).toBeDefined();
    expect(stdout).toMatch(new RegExp(`^again\\s+${weight}\\s`, 'm'));
    expect(stdout).toMatch(/^broken\s+NaN\s+NaN\s+<NA>\s+error\s+RING_NOT_CLOSED$/m);
    expect(stdout).toMatch(/^missing\s+NaN\s+NaN\s+<NA>\s+error\s+EMPTY$/m);
    expect(stdout).toMatch(/^0\.\d+ CC\(=O\)Oc1ccccc1C\(=O\)O$/m);
  });

  test('reads the results of a job into a DataFrame, with the numbers that a request gives', async () => {
    const smiles = ['CCO', 'c1ccccc1', 'CC(=O)Nc1ccc(O)cc1'];
    const s3uri = deliver('three.csv', `smiles\n${smiles.join('\n')}\n`);
    writeFileSync(
      join(place, 'job.py'),
      `import json, os
from decant_client import Bearer, DecantClient
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

with DecantClient(os.environ["DECANT_API"], Bearer("${api.token}")) as client:
    job = client.jobs.wait(client.jobs.start("predictions", "${s3uri}", "csv").id, every=0.2)
    found = client.jobs.results(job, SubTreeFileSystem("${api.files}", LocalFileSystem()))
    items = client.predict(${JSON.stringify(smiles)}, endpoints=["MolWt"]).items
    print(json.dumps({"state": job.state, "canonical": list(found["canonical_smiles"]), "job": list(found["MolWt"]),
        "request": [i.predictions[0].value for i in items]}))
`,
    );

    const said = JSON.parse((await python('job.py')).stdout) as Record<'job' | 'request', number[]>;

    expect(said).toMatchObject({ state: 'SUCCEEDED', canonical: smiles });
    expect(said.job).toHaveLength(3);
    expect(said.job.filter((value, i) => !(Math.abs(value - (said.request[i] ?? NaN)) <= 1e-3))).toEqual([]);
  });
});
