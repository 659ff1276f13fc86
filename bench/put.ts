/** How fast `decant put` is against the AWS CLI: wall seconds to a loopback server that checks and discards. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { placeNames, placesPath } from '../protocol/places.ts';
import { peerPython } from './transform/children.ts';
import { median, type BenchRow, type BenchTable } from './table.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '..');
const dir = join(root, 'build', 'bench', 'put');
/** Rounds that count; one before them finds cold caches. */
const ROUNDS = 3;

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
    const python = peerPython();
    const rows: BenchRow[] = [];
    const notes = [
      `the server checks each body's CRC-32; medians of ${ROUNDS} rounds after a warm-up, peers in turn; wall time with the start of the programs`,
    ];
    for (const c of cases) rows.push(...(await measure(c, endpoint, python)));
    notes.push(
      python === undefined
        ? 'AWS CLI left out: bench/requirements.txt could not be installed'
        : `peer: ${(await exec(python, ['-m', 'awscli', '--version'])).stdout.trim()}`,
    );
    return { name: 'put', rows, notes };
  } finally {
    child.kill();
    await rm(join(dir, '.decant'), { recursive: true, force: true });
  }
}

type Case = (typeof cases)[number];

/** What one delivery took. CPU of all its threads and processes. */
interface Cost {
  readonly wallSec: number;
  readonly cpuSec: number;
}

async function measure(c: Case, endpoint: string, python: string | undefined): Promise<BenchRow[]> {
  const folder = join(dir, c.folder);
  const put = ['put', folder, '--dataset', 'files', '--estate', join(dir, 'decant.yaml')];
  const cp = ['--endpoint-url', endpoint, 's3', 'cp', '--recursive', '--quiet', folder, 's3://bench-raw/share/files/'];
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let i = -1; i < ROUNDS; i++) {
    // Without its memory, which would find everything delivered.
    await rm(join(dir, '.decant', 'put'), { recursive: true, force: true });
    const our = await timed(endpoint, c, process.execPath, [join(root, 'bin', 'decant.mjs'), ...put]);
    const their = python === undefined ? undefined : await timed(endpoint, c, python, ['-m', 'awscli', ...cp]);
    if (i < 0) continue;
    ours.push(our);
    if (their) theirs.push(their);
  }
  const wall = (costs: readonly Cost[]) => median(costs.map((cost) => cost.wallSec));
  const cpu = (costs: readonly Cost[]) => median(costs.map((cost) => cost.cpuSec));
  const own: BenchRow = { label: `decant put, ${c.name}`, value: wall(ours), unit: 's' };
  const ownCpu: BenchRow = { label: '  CPU', value: cpu(ours), unit: 's' };
  if (theirs.length === 0) return [own, ownCpu];
  const ratio = wall(theirs) / own.value;
  return [
    { ...own, ratio, bar: `≥ ${c.bar} ×`, ok: ratio >= c.bar },
    { ...ownCpu, ratio: cpu(theirs) / ownCpu.value },
    { label: `aws s3 cp --recursive, ${c.name}`, value: wall(theirs), unit: 's' },
    { label: '  CPU', value: cpu(theirs), unit: 's' },
  ];
}

/** One delivery. Throws when not everything arrived, or anything arrived damaged. */
async function timed(endpoint: string, c: Case, program: string, args: readonly string[]): Promise<Cost> {
  await fetch(`${endpoint}/stats`);
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
  const cpuBefore = childCpu();
  const started = performance.now();
  await exec(program, args, { env, maxBuffer: 64 * 1024 * 1024 });
  const cost = { wallSec: (performance.now() - started) / 1000, cpuSec: childCpu() - cpuBefore };
  const found = (await (await fetch(`${endpoint}/stats`)).json()) as { objects: number; bytes: number; bad: number };
  if (found.objects !== c.files || found.bytes !== c.files * c.size || found.bad > 0) {
    throw new Error(`${program} delivered ${JSON.stringify(found)}, expected ${c.files} objects of ${c.size} bytes`);
  }
  return cost;
}

/** CPU seconds of all child processes that have ended; not a number where there is no /proc. */
function childCpu(): number {
  const file = '/proc/self/stat';
  if (!existsSync(file)) return NaN;
  // Counted after the program's name, which may hold blanks: user and system time of children, in hundredths (proc(5)).
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
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
