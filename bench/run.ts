/** Runs one bench, prints its table, and writes it with machine and versions to bench/results/<name>.json. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from './table.ts';

// Said at every start of a process with the SDK, and no part of a table.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const benches: Record<string, () => Promise<{ run(): Promise<BenchTable> }>> = {
  transform: () => import('./transform.ts'),
  arrivals: () => import('./arrivals.ts'),
  put: () => import('./put.ts'),
  transfer: () => import('./transfer.ts'),
  copy: () => import('./copy.ts'),
  synth: () => import('./synth.ts'),
  embed: () => import('./embed.ts'),
  search: () => import('./search.ts'),
  api: () => import('./api.ts'),
};

const figure = (v: number): string => (Math.abs(v) >= 100 ? Math.round(v).toLocaleString('en-US') : v.toFixed(2));

function print(table: BenchTable): void {
  const rows = table.rows.map((r) => [
    r.label,
    `${figure(r.value)} ${r.unit}`,
    r.ratio === undefined ? '' : `${r.ratio.toFixed(2)} ×`,
    r.bar ?? '',
    r.ok === undefined ? '' : r.ok ? 'met' : 'missed',
  ]);
  const head = ['', 'figure', 'ratio', 'bar', ''];
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i]?.length ?? 0)));
  const line = (r: string[]) =>
    r
      .map((c, i) => (i === 0 ? c.padEnd(widths[i] ?? 0) : c.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  console.log([table.name, line(head), ...rows.map(line), ...table.notes.map((n) => `  ${n}`)].join('\n'));
}

const name = process.argv[2] ?? '';
const load = benches[name];
if (!load) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`);
  process.exit(2);
}
const table = await (await load()).run();
print(table);

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const machine = {
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(
  join(root, 'bench', 'results', `${name}.json`),
  `${JSON.stringify({ ...table, decant: version, machine }, null, 2)}\n`,
);
