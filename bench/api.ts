/**
 * How long one molecule takes through the API: the real handler behind a thin HTTP server on loopback, in a process of its own,
 * at a steady rate. Requests leave by the clock, whether earlier ones have come back or not, and each is timed from the
 * moment it should have left, so that a stall counts against everybody who waits for it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRow, BenchTable } from './table.ts';

const root = join(import.meta.dirname, '..');
const RATE = 50;
const WARM_UP_SEC = 10;
const MEASURED_SEC = 30;
const BAR_MS = 100;

interface Api {
  readonly url: string;
  readonly token: string;
}

interface Timed {
  readonly ms: number;
  readonly status: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Milliseconds from when it should have left to the last byte; status 0 where there was no answer. */
function ask(api: Api, smiles: string, due: number): Promise<Timed> {
  const body = JSON.stringify({ items: [{ smiles }] });
  const headers = {
    authorization: `Bearer ${api.token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const done = (status: number): void => resolve({ ms: performance.now() - due, status });
    const sent = request(`${api.url}/v1/predictions`, { method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .once('end', () => done(response.statusCode ?? 0))
        .once('error', () => done(0));
    });
    sent.once('error', () => done(0)).end(body);
  });
}

/** Sends at the rate for so many seconds; each molecule once, so that nothing is answered from a cache. */
async function load(api: Api, smiles: Iterator<string>, seconds: number): Promise<Timed[]> {
  const asked: Promise<Timed>[] = [];
  const started = performance.now();
  for (let i = 0; i < RATE * seconds; i++) {
    const due = started + (i * 1000) / RATE;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    asked.push(ask(api, String(smiles.next().value), due));
  }
  return Promise.all(asked);
}

/** The smallest value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN;
}

/** Milliseconds of CPU that a process has used; NaN where the system does not tell. */
function cpuMs(pid: number | undefined): number {
  try {
    // Fields after the name in brackets; 11 and 12 are user and system time in hundredths of a second.
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return NaN;
  }
}

/** Distinct molecules: those of the fixtures, lengthened by a chain that makes each another one. */
function* molecules(): Generator<string> {
  const known = readFileSync(join(root, 'test', 'fixtures', 'chemistry', 'molecules.txt'), 'utf8')
    .trim()
    .split('\n');
  for (let chain = 1; ; chain++)
    for (const smiles of known) yield chain === 1 ? smiles : `${smiles}.${'C'.repeat(chain)}`;
}

export async function run(): Promise<BenchTable> {
  const child = spawn(process.execPath, [join(root, 'build', 'local', 'api.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const api = JSON.parse(line) as Api;
    const smiles = molecules();
    await load(api, smiles, WARM_UP_SEC);
    const before = cpuMs(child.pid);
    const timed = await load(api, smiles, MEASURED_SEC);
    const cpu = (cpuMs(child.pid) - before) / timed.length;
    const times = timed.map((t) => t.ms);
    const errors = timed.filter((t) => t.status !== 200).length;
    const p99 = percentile(times, 99);
    const row = (label: string, value: number, more: Partial<BenchRow> = {}): BenchRow => ({
      label,
      value,
      unit: 'ms',
      ...more,
    });
    return {
      name: 'one molecule through the prediction API',
      rows: [
        row('p50', percentile(times, 50)),
        row('p99', p99, { bar: `≤ ${BAR_MS} ms`, ok: p99 <= BAR_MS }),
        row('slowest', Math.max(...times)),
        ...(Number.isNaN(cpu) ? [] : [row('CPU of the server, a request', cpu)]),
        { label: 'errors', value: errors, unit: `of ${timed.length}`, bar: '0', ok: errors === 0 },
      ],
      notes: [
        `${RATE} requests/s for ${MEASURED_SEC} s after ${WARM_UP_SEC} s, each with a molecule that was not asked for before`,
        'standardised, embedded, every endpoint predicted, nearest of the reference sample; token verified; loopback, one process',
        'timed from when each request was due, whatever became of the ones before it',
      ],
    };
  } finally {
    agent.destroy();
    child.stdin.end();
    child.kill();
  }
}
