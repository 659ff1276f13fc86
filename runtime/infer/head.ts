/** What the first bytes of a file tell: compression, encoding, format. */
import { extname } from 'node:path';
import type { Format, FormatOptions } from '../../protocol/contract.ts';

/** Bytes that are enough to tell a format and a dialect, and cheap to hold. */
export const HEAD_BYTES = 256 * 1024;

export type Encoding = NonNullable<FormatOptions['encoding']>;
export type Compression = 'none' | 'gzip' | 'zstd';

export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : 'none';
}

/** Encoding that a byte order mark names. */
export function markOf(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return utf16 ? 'utf-16' : undefined;
}

/** Name of a file without its compression suffix. */
const bareName = (file: string): string => file.replace(/\.(gz|zst|zstd)$/i, '');

const byExtension: Readonly<Record<string, Format>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.xlsx': 'xlsx',
  '.xlsm': 'xlsx',
  '.sdf': 'sdf',
  '.sd': 'sdf',
  '.mol': 'mol',
  '.smi': 'smiles',
  '.smiles': 'smiles',
  '.parquet': 'parquet',
};

/** Magic bytes first, then what the text looks like, then the name. `bytes` are as stored or decompressed. */
export function formatOf(file: string, bytes: Uint8Array, text: string): Format {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (magic === 'PAR1') return 'parquet';
  if (magic === 'PK\u0003\u0004') return 'xlsx';
  if (/^\${4}\s*$/m.test(text)) return 'sdf';
  if (/^M {2}END\s*$/m.test(text)) return 'mol';
  const json = jsonOf(text);
  if (json) return json;
  const named = byExtension[extname(bareName(file)).toLowerCase()];
  return named && ['csv', 'tsv', 'smiles'].includes(named) ? named : 'csv';
}

function jsonOf(text: string): Format | undefined {
  const start = text.trimStart();
  if (/^\[\s*[[{\]]/.test(start)) return 'json';
  if (!start.startsWith('{')) return undefined;
  const [first = '', second = ''] = start.split(/\r?\n/);
  return parses(first) && (second.trim() === '' || second.startsWith('{')) ? 'jsonl' : 'json';
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
