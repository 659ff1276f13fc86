/** How fast `decant put` is against the AWS CLI: wall seconds to a loopback server that checks and discards. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { placeNames, placesPath } from '../protocol/places.ts';
import { median, type BenchRow, type BenchTable } from './table.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '..');
const dir = join(root, 'build', 'bench', 'put');
const ROUNDS = 3;
/** The newest release when this bench was written. */
const AWSCLI = '1.46.2';

const cases = [
  { name: 'one file of 2 GB', folder: 'large', files: 1, size: 2_000_000_000, bar: 1 },
  { name: '10,000 files of 10 KB', folder: 'small', files: 10_000, size: 10_240, bar: 2 },
] as const;

export async function run(): Promise<BenchTable> {
  await mkdir(dir, { recursive: true });
  for (const c of cases) await makeFiles(c);
  const estate = 'bench';
  await writeFile(
    join(dir, 'decant.yaml'),
    `estate: ${estate}\nenvironments:\n  local: { kind: local }\nsources:\n  share: { kind: folder }\n` +
      'datasets:\n  files: { source: share, contract: { format: csv, columns: [{ name: id }] } }\n',
  );
  const { child, port } = await startServer(estate);
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await mkdir(join(dir, '.decant', 'local'), { recursive: true });
    await writeFile(join(dir, '.decant', 'local', 'state.json'), JSON.stringify({ endpoint, port, pid: child.pid }));
    const aws = await awsCli().catch((error: unknown) => String(error).split('\n')[0] ?? '');
    const rows: BenchRow[] = [];
    const notes = [
      `the server checks each body's CRC-32; medians of ${ROUNDS} rounds, peers in turn; start of the programs included`,
    ];
    for (const c of cases) rows.push(...(await measure(c, endpoint, aws)));
    notes.push(
      typeof aws === 'string' ? `AWS CLI left out, it could not be installed: ${aws}` : `peer: ${aws.version}`,
    );
    return { name: 'put', rows, notes };
  } finally {
    child.kill();
    await rm(join(dir, '.decant'), { recursive: true, force: true });
  }
}

type Case = (typeof cases)[number];
interface Peer {
  readonly path: string;
  readonly version: string;
}

async function measure(c: Case, endpoint: string, aws: Peer | string): Promise<BenchRow[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    await rm(join(dir, '.decant', 'put'), { recursive: true, force: true });
    const put = ['put', join(dir, c.folder), '--dataset', 'files', '--estate', join(dir, 'decant.yaml')];
    ours.push(await timed(endpoint, c, process.execPath, [join(root, 'bin', 'decant.mjs'), ...put]));
    if (typeof aws === 'string') continue;
    const cp = [
      '--endpoint-url',
      endpoint,
      's3',
      'cp',
      '--recursive',
      '--quiet',
      join(dir, c.folder),
      's3://bench-raw/share/files/',
    ];
    theirs.push(await timed(endpoint, c, aws.path, cp));
  }
  const own = median(ours);
  if (theirs.length === 0) return [{ label: `decant put, ${c.name}`, value: own, unit: 's' }];
  const ratio = median(theirs) / own;
  return [
    { label: `decant put, ${c.name}`, value: own, unit: 's', ratio, bar: `≥ ${c.bar} ×`, ok: ratio >= c.bar },
    { label: `aws s3 cp --recursive, ${c.name}`, value: median(theirs), unit: 's' },
  ];
}

/** Seconds of one delivery. Throws when not everything arrived, or anything arrived damaged. */
async function timed(endpoint: string, c: Case, program: string, args: readonly string[]): Promise<number> {
  await fetch(`${endpoint}/stats`);
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const started = performance.now();
  await exec(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
  const seconds = (performance.now() - started) / 1000;
  const found = (await (await fetch(`${endpoint}/stats`)).json()) as { objects: number; bytes: number; bad: number };
  if (found.objects !== c.files || found.bytes !== c.files * c.size || found.bad > 0) {
    throw new Error(`${program} delivered ${JSON.stringify(found)}, expected ${c.files} objects of ${c.size} bytes`);
  }
  return seconds;
}

async function makeFiles({ folder, files, size }: Case): Promise<void> {
  const done = join(dir, `${folder}.made`);
  if (existsSync(done)) return;
  const block = randomBytes(1_000_000);
  for (let i = 0; i < files; i++) {
    const sub = join(dir, folder, String(Math.floor(i / 1000)).padStart(2, '0'));
    await mkdir(sub, { recursive: true });
    const file = await open(join(sub, `f${i}.csv`), 'w');
    for (let at = 0; at < size; at += block.length) await file.write(block, 0, Math.min(block.length, size - at));
    await file.close();
  }
  await writeFile(done, '');
}

async function startServer(estate: string): Promise<{ child: ChildProcess; port: number }> {
  const path = placesPath(estate, 'local');
  const PLACES = JSON.stringify(
    Object.fromEntries(placeNames.map((n) => [`${path}/${n}`, n === 'rawBucket' ? 'bench-raw' : n])),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'bench', 'put-server.ts')], {
    env: { ...process.env, PLACES },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    child.once('exit', () => reject(new Error('the loopback server did not start')));
  });
  return { child, port };
}

/** The AWS CLI in a Python environment of its own. */
async function awsCli(): Promise<Peer> {
  const venv = join(root, 'build', 'bench', `awscli-${AWSCLI}`);
  const path = join(venv, 'bin', 'aws');
  if (!existsSync(path)) {
    await exec('python3', ['-m', 'venv', venv]);
    await exec(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `awscli==${AWSCLI}`]);
  }
  return { path, version: (await exec(path, ['--version'])).stdout.trim() };
}
