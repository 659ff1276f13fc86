/** From the molecules of a request to vectors: one verdict an item, in their order. */
import { errorCodes, ITEM_CHARS, warningCodes, type ErrorCode } from '../../protocol/molecules.ts';
import { fitTokens } from '../inference/tokenizer.ts';
import type { Engine, ItemFailure, ItemWarning, Standardized, Tokenized } from './engine.ts';
import type { KnownMolecule, MoleculeCache } from './molecule-cache.ts';

export interface Item {
  readonly id?: string;
  readonly smiles: string;
}

/** A molecule that the model can read. */
export interface Readable {
  readonly ok: true;
  readonly standardized: Standardized;
  readonly tokenized: Tokenized;
  readonly truncated: boolean;
  readonly warnings: readonly ItemWarning[];
}

export type OnTruncation = 'error' | 'flag';

/** A molecule with its numbers. */
export interface Computed {
  readonly ok: true;
  readonly molecule: KnownMolecule;
  readonly cached: boolean;
  readonly warnings: readonly ItemWarning[];
}

export const failure = (code: ErrorCode, detail: string): ItemFailure => ({ ok: false, code, detail });

/** Reads the structure of an item; too long ones are not tried. */
export async function standardizeItem(engine: Engine, { smiles }: Item): Promise<Standardized | ItemFailure> {
  if (smiles.length <= ITEM_CHARS) return engine.standardize(smiles);
  return failure('TOO_LONG', `${smiles.length} characters; at most ${ITEM_CHARS} are read in a request`);
}

/** Reads an item as far as its tokens. */
export async function readItem(
  engine: Engine,
  item: Item,
  onTruncation: OnTruncation,
): Promise<Readable | ItemFailure> {
  const standardized = await standardizeItem(engine, item);
  if (!standardized.ok) return standardized;
  const tokenized = engine.tokenize(standardized.canonical);
  if (!tokenized.ok) return tokenized;
  const { maxTokens } = engine.bundle.index;
  const truncated = tokenized.ids.length > maxTokens;
  if (truncated && onTruncation === 'error')
    return failure('TOO_LONG', `${tokenized.ids.length} tokens; the model reads ${maxTokens}`);
  const warnings: ItemWarning[] = [...standardized.warnings];
  if (truncated) warnings.push({ code: 'TRUNCATED', detail: warningCodes.TRUNCATED });
  if (tokenized.unknown > 0)
    warnings.push({ code: 'UNKNOWN_TOKENS', detail: warningCodes.UNKNOWN_TOKENS, count: tokenized.unknown });
  return { ok: true, standardized, tokenized, truncated, warnings };
}

/** One after the other: there is one toolkit, and one thread. */
export async function inTurn<T, U>(all: readonly T[], work: (one: T) => Promise<U>): Promise<U[]> {
  const done: U[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

const finite = (values: Iterable<number>): boolean => {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
};

/** Computes what is not known yet. Molecules that an item repeats are computed once. */
export async function computeItems(
  engine: Engine,
  cache: MoleculeCache,
  items: readonly Item[],
  onTruncation: OnTruncation,
): Promise<(Computed | ItemFailure)[]> {
  const read = await inTurn(items, (item) => readItem(engine, item, onTruncation));
  const wanted = new Map<string, Readable>();
  for (const r of read) if (r.ok) wanted.set(engine.moleculeKey(r.standardized.canonical), r);
  const known = await cache.get([...wanted.keys()]);
  const missing = [...wanted].filter(([key]) => !known.has(key));
  const { maxTokens } = engine.bundle.index;
  const encoded = await engine.encode(missing.map(([, r]) => fitTokens(r.tokenized.ids, maxTokens)));
  const computed = new Map<string, KnownMolecule>();
  for (const [i, [key, r]] of missing.entries()) {
    const vector = encoded[i];
    if (!vector || !finite(vector.embedding) || !finite(vector.targets)) continue;
    computed.set(key, {
      moleculeKey: key,
      canonical: r.standardized.canonical,
      inchikey: r.standardized.inchikey,
      tokens: r.tokenized.ids.length,
      truncated: r.truncated,
      ...vector,
    });
  }
  await cache.put([...computed.values()]);
  return read.map((r) => {
    if (!r.ok) return r;
    const key = engine.moleculeKey(r.standardized.canonical);
    const molecule = known.get(key) ?? computed.get(key);
    if (!molecule) return failure('NON_FINITE', errorCodes.NON_FINITE);
    return { ok: true, molecule, cached: known.has(key), warnings: r.warnings };
  });
}
