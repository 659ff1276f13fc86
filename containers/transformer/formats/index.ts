/** Which reader takes a format. Each is loaded when a shard needs it: some bring a megabyte of WebAssembly along. */
import type { Format } from '../../../protocol/contract.ts';
import type { Reader } from './staged.ts';

export const readers: Readonly<Record<Format, () => Promise<Reader>>> = {
  csv: async () => (await import('./csv/reader.ts')).readCsv,
  tsv: async () => (await import('./csv/reader.ts')).readTsv,
  json: async () => (await import('./json/reader.ts')).readJson,
  jsonl: async () => (await import('./json/reader.ts')).readJsonLines,
  xlsx: async () => (await import('./xlsx/reader.ts')).readXlsx,
  sdf: async () => (await import('./sdf/reader.ts')).readSdf,
  mol: async () => (await import('./sdf/reader.ts')).readSdf,
  smiles: async () => (await import('./smiles/reader.ts')).readSmiles,
  parquet: async () => (await import('./parquet/reader.ts')).readParquet,
};
