/** Peak memory at large inputs: flat in the size of the file. */
import { Contract } from '../../protocol/contract.ts';
import type { BenchRow } from '../table.ts';
import { runJob } from './children.ts';
import { assayContract, assayFile, made } from './data.ts';
import { sdfRecords, workbookOf } from './wide.ts';

const GIB = 1024;
const MEMORY_MIB = 2048;

async function peak(label: string, path: string, contract: Contract, notes: string[]): Promise<BenchRow> {
  const cost = await runJob({ kind: 'engine', path, contract, threads: 2, memoryMiB: MEMORY_MIB });
  notes.push(
    `${label}: ${String(cost.said['rows'])} rows, ${String(cost.said['quarantined'])} quarantined, ${cost.cpuSec.toFixed(1)} CPU-s`,
  );
  return { label: `peak RSS, ${label}`, value: cost.rssMiB, unit: 'MiB', bar: '≤ 1 GiB', ok: cost.rssMiB <= GIB };
}

export async function memory(notes: string[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const add = async (label: string, path: string, contract: Contract) =>
    void rows.push(await peak(label, path, contract, notes));
  for (const gb of [0.5, 2])
    await add(`CSV of ${gb} GB`, (await assayFile('csv', gb * 1e9)).path, assayContract('csv'));
  for (const gb of [1, 4])
    await add(`JSON Lines of ${gb} GB`, (await assayFile('jsonl', gb * 1e9)).path, assayContract('jsonl'));
  const sheet = await made('rows-1m.xlsx', workbookOf(1_000_000));
  await add(
    'XLSX of 1 M rows',
    sheet.path,
    Contract.parse({
      format: 'xlsx',
      columns: [
        { name: 'id', type: 'bigint' },
        { name: 'compound_id' },
        { name: 'assay' },
        { name: 'value', type: 'double' },
      ],
    }),
  );
  for (const n of [25_000, 100_000]) {
    const sdf = await made(`records-${n}.sdf`, sdfRecords(n));
    await add(
      `SDF of ${n.toLocaleString('en-US')} records`,
      sdf.path,
      Contract.parse({
        format: 'sdf',
        columns: [
          { name: 'id', from: 'ID', type: 'bigint' },
          { name: 'smiles', from: '$smiles' },
        ],
      }),
    );
  }
  return rows;
}
