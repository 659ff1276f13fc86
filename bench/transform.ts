/** What the transformer costs: against the bare engine, against pandas, in memory, and by shards against one process an object. */
import type { BenchRow, BenchTable } from './table.ts';
import { buildChild } from './transform/children.ts';
import { againstPeers } from './transform/peers.ts';
import { memory } from './transform/memory.ts';
import { shards } from './transform/shards.ts';

/** `DECANT_BENCH=peers,memory,shards` chooses parts. */
const parts: Record<string, (notes: string[]) => Promise<BenchRow[]>> = { peers: againstPeers, memory, shards };

export async function run(): Promise<BenchTable> {
  await buildChild();
  const chosen = process.env['DECANT_BENCH']?.split(',') ?? Object.keys(parts);
  const rows: BenchRow[] = [];
  const notes: string[] = [];
  for (const name of chosen) {
    const part = parts[name];
    if (!part) throw new Error(`DECANT_BENCH "${name}" is not a part; ${Object.keys(parts).join(', ')}`);
    rows.push(...(await part(notes)));
  }
  return { name: 'transform', rows, notes };
}
