/** Takes one staged input into the engine, and proves that every record came out as a row or as a broken one. */
import { isSensitive, type Contract } from '../../../protocol/contract.ts';
import type { ValueRule } from '../../../protocol/reasons.ts';
import type { Duck } from '../../../runtime/sql/duckdb.ts';
import { ObjectError, type StagedInput } from '../formats/staged.ts';
import type { InputPlan } from './plan.ts';
import { valueReason, type Broken } from './quarantine.ts';

/** Rows that do not add up after every way to read the object was tried: a defect, never the data's fault. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** DuckDB's errors about the machine; everything else that it says is about the data or the query. */
const SYSTEM = /^(Out of Memory|IO|INTERNAL|FATAL|Interrupt|Connection|Permission) Error/i;
const messageOf = (error: unknown): string => (error as { message?: string } | undefined)?.message ?? '';
/** Whether something failed that is not the data's fault: not DuckDB's, or DuckDB's about memory, disk or itself. */
export const isSystemError = (error: unknown): boolean =>
  !/^[A-Z][\w ]* Error: /.test(messageOf(error)) || SYSTEM.test(messageOf(error));

export interface Loaded {
  readonly staged: StagedInput;
  /** Records that the object counts: all, or those asked for. */
  readonly records: number;
  readonly rows: number;
  /** Ascending records. */
  readonly broken: readonly Broken[];
}

export interface Loader {
  readonly duck: Duck;
  readonly contract: Contract;
  readonly input: InputPlan;
  /** Table of the record numbers to take; undefined for all. */
  readonly only: { readonly table: string; readonly records: ReadonlySet<number> } | undefined;
  /** Bad rows that the object may have beside those of its other inputs. */
  readonly maxBadRows: number;
  /** Stores the good rows of a relation; answers how many. */
  store(relation: string): Promise<number>;
  /** Takes back what the last `store` stored. */
  undo(): Promise<void>;
}

/** Reasons of rejected records. */
function rejected(staged: StagedInput, loader: Loader): Broken[] {
  const { only } = loader;
  const rejects = only ? staged.rejects.filter((r) => only.records.has(r.record)) : staged.rejects;
  return rejects.map(({ record, length, reason, message }) => ({
    record,
    length,
    rows: [{ reason, rule: null, column: null, value: null, message }],
  }));
}

/** Records whose values break a rule, one more than allowed at most. */
async function brokenValues(staged: StagedInput, loader: Loader, limit: number): Promise<Broken[]> {
  const { duck, contract, input, only } = loader;
  const rows = await duck.rows(`${input.query.bad(staged.relation, only?.table)} LIMIT ${limit}`);
  return rows.map((row) => ({
    record: Number(row['_row']),
    length: null,
    rows: input.query.checked.flatMap((column, i) => {
      const rule = row[`rule_${i}`];
      const text = row[`text_${i}`];
      return typeof rule === 'string'
        ? [valueReason(column, rule as ValueRule, typeof text === 'string' ? text : null, contract)]
        : [];
    }),
  }));
}

/** Says which rules break most, without a value. */
function tooMany(broken: readonly Broken[], bad: number, limit: number): ObjectError {
  const counts = new Map<string, number>();
  for (const { rows } of broken) for (const { message } of rows) counts.set(message, (counts.get(message) ?? 0) + 1);
  const first = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  return new ObjectError(
    'too_many_bad_rows',
    `${bad} records broke the contract, ${limit} may${first ? `; most often: ${first}` : ''}`,
  );
}

/** The outcome of one relation, or undefined when its rows and its records do not add up. */
async function attempt(staged: StagedInput, loader: Loader): Promise<Loaded | undefined> {
  const { only, maxBadRows, contract } = loader;
  const rejects = rejected(staged, loader);
  const records = only?.records.size ?? staged.records;
  const rows = await loader.store(staged.relation);
  const missing = records - rows - rejects.length;
  if (missing < 0) return undefined;
  if (missing === 0 && rejects.length <= maxBadRows) return { staged, records, rows, broken: rejects };
  const few = missing <= maxBadRows;
  const values = missing > 0 ? await brokenValues(staged, loader, (few ? missing : maxBadRows) + 1) : [];
  const found = few ? values.length === missing : values.length > maxBadRows;
  // A quick relation may have lost records instead: count what it really yields before the object is blamed.
  if (!found || (!few && staged.exact && !(await countsAll(staged, loader, records - rejects.length))))
    return undefined;
  const broken = [...rejects, ...values].sort((a, b) => a.record - b.record);
  if (missing + rejects.length > maxBadRows) throw tooMany(broken, missing + rejects.length, contract.maxBadRows);
  return { staged, records, rows, broken };
}

/** Whether good and bad rows of the relation make up the records. */
async function countsAll(staged: StagedInput, { duck, input, only }: Loader, expected: number): Promise<boolean> {
  const [row] = await duck.rows(`SELECT count(*) AS n FROM ${input.query.all(staged.relation, only?.table)}`);
  return Number(row?.['n']) === expected;
}

/** Rows of the relation, or undefined when it cannot be read to its end. */
async function tried(staged: StagedInput, loader: Loader): Promise<Loaded | undefined> {
  if (!staged.exact) return attempt(staged, loader);
  try {
    return await attempt(staged, loader);
  } catch (error) {
    if (error instanceof ObjectError || isSystemError(error)) throw error;
    return undefined;
  }
}

/**
 * Loads one input: the quick way first where the reader offers one, then the exact one.
 * @throws ObjectError `too_many_bad_rows`; EngineError when the sum does not hold
 */
export async function load(staged: StagedInput, loader: Loader): Promise<Loaded> {
  const first = await tried(staged, loader);
  if (first) return first;
  if (!staged.exact) throw sumError(staged);
  await loader.undo();
  const exact = await staged.exact();
  const second = await attempt(exact, loader);
  if (!second) throw sumError(exact);
  return second;
}

const sumError = (staged: StagedInput): EngineError =>
  new EngineError(`input ${staged.name}: rows and rejects do not add up to its ${staged.records} records`);

/** Whether DuckDB's words may be shown: they may quote values. */
export const mayQuote = (contract: Contract): boolean => {
  const columns = [...(contract.columns ?? []), ...Object.values(contract.sheets ?? {}).flatMap((s) => s.columns)];
  return !columns.some((c) => isSensitive(c.sensitivity ?? contract.sensitivity));
};
