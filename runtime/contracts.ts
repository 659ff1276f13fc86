/** Contracts by content: their canonical form, their hash, and which of them an object belongs to. */
import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import { splittable, tablesOf, type Contract, type StoredContract } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import { RawKeys } from '../protocol/keys.ts';

/** JSON with sorted keys and without blanks: equal values give equal text. `undefined` members are left out, as in JSON. */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([k, v]) => [k, sorted(v)]));
}

/** SHA-256, hex, of the canonical form. */
export const contractHash = (stored: StoredContract): string =>
  createHash('sha256').update(canonicalJson(stored)).digest('hex');

export interface CompiledDataset extends StoredContract {
  readonly hash: string;
}

/** What the app puts beside the functions' code as `contracts.json`. */
export interface CompiledContracts {
  /** SHA-256, hex, over all contract hashes: tells a stale deployment from the estate file. */
  readonly contractSet: string;
  /** Ordered by dataset name. */
  readonly datasets: readonly CompiledDataset[];
}

export function compileContracts(estate: Estate): CompiledContracts {
  const datasets = Object.entries(estate.datasets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dataset, { source, contract }]) => {
      const stored: StoredContract = { dataset, source, contract };
      return { ...stored, hash: contractHash(stored) };
    });
  const contractSet = createHash('sha256')
    .update(canonicalJson(datasets.map((d) => [d.dataset, d.hash])))
    .digest('hex');
  return { contractSet, datasets };
}

/** Matchers are compiled once per contract, since arrivals ask for every event. */
const matchers = new WeakMap<CompiledDataset, (path: string) => boolean>();

function matcher(dataset: CompiledDataset): (path: string) => boolean {
  let found = matchers.get(dataset);
  if (!found) {
    const globs = [dataset.contract.objects].flat();
    // picomatch collapses neither `//` nor a trailing `/`, which S3 keys may hold: `**` means every path.
    const all = globs.includes('**');
    const matches = picomatch(globs, { dot: true, flags: 's' });
    found = (path) => all || matches(path);
    matchers.set(dataset, found);
  }
  return found;
}

/** The dataset that a raw key belongs to: name and source match, and the contract's glob matches the path. */
export function matchDataset(key: string, compiled: CompiledContracts): CompiledDataset | undefined {
  const parts = RawKeys.object.parse(key);
  if (!parts) return undefined;
  return compiled.datasets.find(
    (d) => d.dataset === parts.dataset && d.source === parts.source && matcher(d)(parts.path),
  );
}

/**
 * Whether a huge object may be cut into byte ranges: its format has records that a reader can find from the middle, it is
 * not compressed, and no select needs the whole object at once.
 */
export function isCuttable(contract: Contract, key: string): boolean {
  if (!splittable.includes(contract.format)) return false;
  if (contract.format === 'csv' && contract.options.quotedNewlines !== false) return false;
  const { compression = 'auto', encoding = 'utf-8' } = contract.options;
  // Parquet compresses within itself; `compression` speaks of the file as a whole.
  if (contract.format !== 'parquet') {
    if (compression === 'gzip' || compression === 'zstd') return false;
    if (compression === 'auto' && /\.(gz|gzip|zst|zstd)$/i.test(key)) return false;
    // In UTF-16 a newline byte may be half of another character, and the byte order stands at the start only.
    if (encoding === 'utf-16') return false;
  }
  return tablesOf('_', contract).every(({ table }) => table.select.trim().toLowerCase() === 'select * from input');
}
