/** Made input of the transform bench, the same bytes every time; kept in build/bench between runs. */
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Contract } from '../../protocol/contract.ts';

const folder = join(import.meta.dirname, '..', '..', 'build', 'bench');

/** Lines are made in blocks of this many: the same block again and again, with the row's number changed. */
const BLOCK = 4096;

function numbers(seed: number): () => number {
  let a = seed;
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0;
    return a / 2 ** 32;
  };
}

const columns = [
  { name: 'result_id', type: 'bigint', nullable: false },
  { name: 'compound_id', nullable: false, pattern: 'CMP-\\d{7}' },
  { name: 'smiles' },
  { name: 'assay', allowed: ['hERG', 'CYP3A4', 'solubility', 'permeability'] },
  { name: 'ic50_nm', type: 'double', min: 0 },
  { name: 'mass', type: 'decimal(9,3)' },
  { name: 'measured_at', type: 'timestamptz' },
  { name: 'remark' },
];

/** The contract of the CSV and JSON Lines files. */
export const assayContract = (format: 'csv' | 'jsonl'): Contract =>
  Contract.parse({
    format,
    columns,
    partition: 'none',
    ...(format === 'csv' ? { options: { quotedNewlines: false } } : {}),
  });

/** The same types without rules: what the bare engine is given. */
export const duckdbTypes: Record<string, string> = {
  result_id: 'BIGINT',
  compound_id: 'VARCHAR',
  smiles: 'VARCHAR',
  assay: 'VARCHAR',
  ic50_nm: 'DOUBLE',
  mass: 'DECIMAL(9,3)',
  measured_at: 'TIMESTAMPTZ',
  remark: 'VARCHAR',
};

const smiles = [
  'CC(=O)Oc1ccccc1C(=O)O',
  'Cn1cnc2c1c(=O)n(C)c(=O)n2C',
  'CC(C)Cc1ccc(cc1)C(C)C(=O)O',
  'OC(Cn1cncn1)(Cn1cncn1)c1ccc(F)cc1F',
];
const assays = ['hERG', 'CYP3A4', 'solubility', 'permeability'];

interface Row {
  compound: string;
  smiles: string;
  assay: string;
  ic50: string;
  mass: string;
  at: string;
  remark: string;
}

function rows(): Row[] {
  const next = numbers(7);
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)] ?? '';
  return Array.from({ length: BLOCK }, () => ({
    compound: `CMP-${String(Math.floor(next() * 1e7)).padStart(7, '0')}`,
    smiles: pick(smiles),
    assay: pick(assays),
    ic50: (10 ** (next() * 5)).toPrecision(6),
    mass: (next() * 900).toFixed(3),
    at: new Date(1.7e12 + Math.floor(next() * 6e10)).toISOString(),
    remark: next() < 0.1 ? 'repeat, plate "B"' : next() < 0.5 ? '' : 'first pass',
  }));
}

const quoted = (s: string) => (/[",]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
const csvLine = (r: Row, id: number) =>
  `${id},${r.compound},${r.smiles},${r.assay},${r.ic50},${r.mass},${r.at},${quoted(r.remark)}\n`;
const jsonLine = (r: Row, id: number) =>
  `{"result_id":${id},"compound_id":"${r.compound}","smiles":"${r.smiles}","assay":"${r.assay}","ic50_nm":${r.ic50},"mass":${r.mass},"measured_at":"${r.at}","remark":${JSON.stringify(r.remark)}}\n`;

/** Writes a file once; returns its path and size in bytes. */
export async function made(
  name: string,
  fill: (write: (text: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<{ path: string; bytes: number }> {
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const stream = createWriteStream(`${path}.part`);
    await fill(async (text) => {
      if (!stream.write(text)) await once(stream, 'drain');
    });
    stream.end();
    await once(stream, 'finish');
    renameSync(`${path}.part`, path);
  }
  return { path, bytes: statSync(path).size };
}

/** A CSV or JSON Lines file of about `bytes`. */
export function assayFile(format: 'csv' | 'jsonl', bytes: number): Promise<{ path: string; bytes: number }> {
  return made(`assays-${Math.round(bytes / 1e6)}mb.${format}`, async (write) => {
    const block = rows();
    let written = 0;
    if (format === 'csv') await write(`${columns.map((c) => c.name).join(',')}\n`);
    for (let id = 1; written < bytes;) {
      const text = block.map((r) => (format === 'csv' ? csvLine(r, id++) : jsonLine(r, id++))).join('');
      written += text.length;
      await write(text);
    }
  });
}
