/** 20,000 objects of 10 KB through shards, against one process per object: the same S3 and ledger calls, the real task. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { down, up } from '../../local/supervisor.ts';
import { localEnv } from '../../local/state.ts';
import type { BenchRow } from '../table.ts';
import { assayContract, assayFile } from './data.ts';

const OBJECTS = Number(process.env['DECANT_BENCH_OBJECTS'] ?? 20_000);
const ALONE = 200;
const PUTS_AT_ONCE = 32;

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'build', 'bench');
const usage = join(folder, 'usage.jsonl');

/** The real task; at its end it tells what it cost. */
const wrapper = `import { appendFileSync } from 'node:fs';
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  appendFileSync(${JSON.stringify(usage)}, JSON.stringify({ cpuSec: (userCPUTime + systemCPUTime) / 1e6, rssKiB: maxRSS }) + '\\n');
});
await import(${JSON.stringify(join(root, 'build', 'containers', 'transformer', 'main.mjs'))});
`;

interface Used {
  readonly cpuSec: number;
  readonly rssKiB: number;
}

function takeUsage(): { cpuSec: number; rssMiB: number } {
  const lines = readFileSync(usage, 'utf8').trim().split('\n').filter(Boolean);
  rmSync(usage);
  const used = lines.map((l) => JSON.parse(l) as Used);
  return { cpuSec: used.reduce((s, u) => s + u.cpuSec, 0), rssMiB: Math.max(...used.map((u) => u.rssKiB)) / 1024 };
}

const csv = (i: number) =>
  `id,name,value\n${Array.from({ length: 300 }, (_, r) => `${i * 300 + r},row number ${r} of the file,${(r * 1.25).toFixed(2)}`).join('\n')}\n`;

const contract = {
  format: 'csv' as const,
  columns: [{ name: 'id', type: 'bigint' }, { name: 'name' }, { name: 'value', type: 'double' }],
  partition: 'none' as const,
};

export async function shards(notes: string[]): Promise<BenchRow[]> {
  mkdirSync(folder, { recursive: true });
  const dir = join(folder, 'aws');
  await down({ dir });
  rmSync(dir, { recursive: true, force: true });
  Object.assign(process.env, localEnv(await up({ dir })));
  try {
    const program = join(folder, 'measured-task.mjs');
    writeFileSync(program, wrapper);
    process.env['DECANT_TRANSFORMER'] = program;
    const { Place } = await import('../../test/emulated/transformer/place.ts');
    const deliver = async (count: number) => {
      const place = await Place.make(contract);
      const rows: Awaited<ReturnType<typeof place.put>>[] = [];
      for (let i = 0; i < count; i += PUTS_AT_ONCE) {
        const some = Array.from({ length: Math.min(PUTS_AT_ONCE, count - i) }, (_, k) =>
          place.put(`${i + k}.csv`, csv(i + k)),
        );
        rows.push(...(await Promise.all(some)));
      }
      return { place, rows };
    };
    const must = async (
      place: { run(input: { shard: string }): Promise<{ code: number | string; log: string }> },
      shard: string,
    ) => {
      const { code, log } = await place.run({ shard });
      if (code !== 0) throw new Error(`the task ended with ${code}\n${log.slice(-2000)}`);
    };

    const alone = await deliver(ALONE);
    for (const key of await alone.place.pack(alone.rows, { maxObjects: 1, maxBytes: 2 ** 31 }))
      await must(alone.place, key);
    const one = takeUsage();
    const many = await deliver(OBJECTS);
    for (const key of await many.place.pack(many.rows)) await must(many.place, key);
    const all = takeUsage();

    const large = await assayFile('csv', 500e6);
    const whole = await Place.make(assayContract('csv'));
    const row = await whole.put('large.csv', readFileSync(large.path));
    for (const key of await whole.pack([row])) await must(whole, key);
    const task = takeUsage();

    const scaled = (one.cpuSec / ALONE) * OBJECTS;
    notes.push(
      `${OBJECTS.toLocaleString('en-US')} objects of 10 KB in shards of up to 1,000: ${((all.cpuSec / OBJECTS) * 1000).toFixed(1)} CPU-ms an object, peak RSS ${Math.round(all.rssMiB)} MiB; alone ${((one.cpuSec / ALONE) * 1000).toFixed(0)} CPU-ms`,
    );
    return [
      {
        label: `${OBJECTS.toLocaleString('en-US')} objects of 10 KB, one process each (${ALONE} run, scaled)`,
        value: scaled,
        unit: 'CPU-s',
      },
      {
        label: 'the same through shards',
        value: all.cpuSec,
        unit: 'CPU-s',
        ratio: scaled / all.cpuSec,
        bar: '≥ 20 ×',
        ok: scaled >= 20 * all.cpuSec,
      },
      {
        label: 'CSV of 500 MB, the whole task: S3 GET, SHA-256, transform, PUT, ledger',
        value: task.cpuSec,
        unit: 'CPU-s',
      },
    ];
  } finally {
    await down({ dir });
  }
}
