/** Delimiter and header of a delimited text, from its first records. */
import { CsvSplitter, type Cell } from './csv.ts';

export interface Dialect {
  readonly delimiter: string;
  readonly header: boolean;
  /** Names of the header, or made ones. */
  readonly names: readonly string[];
}

const delimiters = [',', '\t', ';', '|'] as const;

/** `head` may end in the middle of a record. */
export function dialectOf(head: string, complete: boolean): Dialect {
  const tried = delimiters.map((delimiter) => {
    const records = recordsOf(head, delimiter, complete);
    const widths = new Map<number, number>();
    for (const r of records) widths.set(r.length, (widths.get(r.length) ?? 0) + 1);
    const [width, count] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [1, 0];
    return { delimiter, records, width, share: count / Math.max(1, records.length) };
  });
  // The same width in nearly all records, then the most cells. A name or a SMILES may hold any of these characters now and then.
  const best = tried
    .filter((t) => t.width > 1 && t.share >= 0.8)
    .sort((a, b) => b.share * Math.min(b.width, 3) - a.share * Math.min(a.width, 3))[0];
  const chosen = best ?? { ...(tried[0] as (typeof tried)[number]), records: recordsOf(head, ',', complete) };
  const [first = [], ...body] = chosen.records;
  const header = isHeader(first, body);
  return { delimiter: chosen.delimiter, header, names: header ? first.map((c) => c ?? '') : madeNames(first, body) };
}

function recordsOf(head: string, delimiter: string, complete: boolean): Cell[][] {
  const records: Cell[][] = [];
  const splitter = new CsvSplitter(delimiter, (r) => void records.push(r));
  splitter.write(head);
  if (complete || records.length === 0) splitter.end();
  return records;
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
/** Tokens of SMILES only: words such as SMILES or ID hold letters that are no atoms. */
const SMILES = /^(\[[^\]\s]+\]|Br|Cl|[BCNOPSFIbcnops]|[=#$:/\\.()@+>~-]|%\d\d|\d)+\s*$/;

/** A header names every column once, by words, with no number, and does not look like the values below it. */
function isHeader(first: readonly Cell[], body: readonly Cell[][]): boolean {
  const names = first.map((c) => (c ?? '').trim());
  if (
    names.some((n) => !/^[\p{L}\p{N}_$#%"'&*]/u.test(n) || NUMBER.test(n)) ||
    new Set(names.map((n) => n.toLowerCase())).size < names.length
  )
    return false;
  const sample = body.slice(0, 200);
  const below = (i: number) => sample.map((r) => r[i]).filter((c): c is string => Boolean(c));
  const molecules = names.some((n, i) => isMolecule(n) && mostly(below(i), isMolecule));
  return !molecules && !names.some((n, i) => below(i).includes(n));
}

/** Numbers are made of the same characters, and are none. */
const isMolecule = (text: string): boolean => SMILES.test(text) && /[A-Za-z]/.test(text);
const isNumber = (text: string): boolean => NUMBER.test(text);

const mostly = (values: readonly string[], is: (value: string) => boolean): boolean =>
  values.length > 0 && values.filter(is).length >= values.length * 0.9;

/** `smiles` where the values are structures, else `column_7`. */
function madeNames(first: readonly Cell[], body: readonly Cell[][]): string[] {
  const rows = [first, ...body.slice(0, 200)];
  const isStructure = first.map((_, i) => {
    const values = rows.map((r) => r[i]).filter((c): c is string => Boolean(c));
    return mostly(values, isMolecule) && values.some((v) => v.length > 6) && !mostly(values, isNumber);
  });
  const many = isStructure.filter(Boolean).length > 1;
  return first.map((_, i) => (isStructure[i] ? (many ? `smiles_${i + 1}` : 'smiles') : `column_${i + 1}`));
}
