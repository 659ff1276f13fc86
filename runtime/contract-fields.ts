/** For every field of a contract: when a change of it is compatible, and what to do when it is not. */
import { sensitivities, type Column, type Contract, type FormatOptions, type Table } from '../protocol/contract.ts';

export interface Verdict {
  readonly kind: 'compatible' | 'breaking';
  readonly message: string;
  /** What to do; empty where nothing needs to be done. */
  readonly remedy: string;
}

/** Judges a field whose values differ. `elsewhere`: its parts are compared one by one, or it is the identity. */
export type Judge = 'elsewhere' | ((old: unknown, now: unknown) => Verdict);

const show = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
const from = (old: unknown, now: unknown): string => `${show(old)} → ${show(now)}`;

const always =
  (kind: Verdict['kind'], remedy: string): Judge =>
  (old, now) => ({ kind, message: from(old, now), remedy });

/** Compatible where `loosens` says so. */
const loosened =
  (loosens: (old: unknown, now: unknown) => boolean, remedy: string): Judge =>
  (old, now) =>
    loosens(old, now)
      ? { kind: 'compatible', message: `looser: ${from(old, now)}`, remedy: '' }
      : { kind: 'breaking', message: `tighter: ${from(old, now)}`, remedy };

const tighter =
  'rows that passed so far go to quarantine; look at them first with decant query, or raise maxBadRows for a while';
const reread = 'files delivered so far may no longer be read; put the new kind of file into a dataset of its own';
const rewritten = 'rows already written keep the old meaning; add a column under a new name, and remove this one later';

const higher = (old: unknown, now: unknown) => now === undefined || (old !== undefined && Number(now) > Number(old));
const lower = (old: unknown, now: unknown) => now === undefined || (old !== undefined && order(now) < order(old));
const notLower = (old: unknown, now: unknown) => now === undefined || (old !== undefined && order(now) > order(old));
/** Numbers by size, dates by their text: ISO dates sort as text. */
const order = (value: unknown): number => {
  const text = String(value);
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number(text);
};
const superset = (old: unknown, now: unknown) =>
  now === undefined || (Array.isArray(old) && Array.isArray(now) && old.every((v) => now.includes(v)));
const dropped = (_: unknown, now: unknown) => now === undefined;
const globs = (value: unknown) => [value].flat();
const stricter = (old: unknown, now: unknown) => rank(now) > rank(old);
const rank = (value: unknown) => (value === undefined ? 1 : (sensitivities as readonly unknown[]).indexOf(value));

const sensitivity = loosened(
  stricter,
  'values that were masked become visible in logs and reasons; have the data owner agree',
);

export const contractFields: Readonly<Record<keyof Contract, Judge>> = {
  objects: loosened(
    (old, now) => superset(globs(old), globs(now)),
    'objects that only the old glob matched become unclassified; keep the old glob beside the new one',
  ),
  format: always('breaking', reread),
  options: 'elsewhere',
  columns: 'elsewhere',
  sheets: 'elsewhere',
  maxBadRows: loosened(higher, 'objects that passed so far are quarantined as a whole; mend their source first'),
  partition: always(
    'breaking',
    'old and new folders do not fit one table; make a new table and replay the dataset into it',
  ),
  sensitivity: (old, now) => {
    const verdict = typeof sensitivity === 'function' ? sensitivity(old, now) : undefined;
    return { kind: verdict?.kind ?? 'breaking', message: from(old, now), remedy: verdict?.remedy ?? '' };
  },
  tables: 'elsewhere',
};

export const optionFields: Readonly<Record<keyof FormatOptions, Judge>> = {
  delimiter: always('breaking', reread),
  quote: always('breaking', reread),
  escape: always('breaking', reread),
  encoding: always('breaking', reread),
  header: always('breaking', reread),
  quotedNewlines: loosened((_, now) => now !== false, 'files with line breaks in quotes are quarantined'),
  compression: loosened((_, now) => now === undefined || now === 'auto', reread),
  records: always('breaking', reread),
  unlisted: loosened(
    (old, now) => now !== undefined && now !== 'refuse' && old !== 'collect',
    'objects with more columns than the contract lists are quarantined, or their values no longer kept',
  ),
  maxRecordBytes: loosened(higher, tighter),
  maxExpandedBytes: loosened(higher, reread),
  maxExpansionRatio: loosened(higher, reread),
};

export const columnFields: Readonly<Record<keyof Column, Judge>> = {
  name: 'elsewhere',
  from: always(
    'breaking',
    'files with the old heading are quarantined; put files with the new one into a dataset of its own',
  ),
  type: always(
    'breaking',
    'readers have the old type, and old files keep it; add a column under a new name with the new type',
  ),
  nullable: loosened((_, now) => now === true, tighter),
  optional: loosened((_, now) => now === true, 'objects that lack the column are quarantined; have it delivered first'),
  allowed: loosened(superset, tighter),
  pattern: loosened(dropped, tighter),
  min: loosened(lower, tighter),
  max: loosened(notLower, tighter),
  format: always(
    'breaking',
    'values in the old format go to quarantine; put files in the new one into a dataset of its own',
  ),
  trim: always('breaking', rewritten),
  nullTexts: always('breaking', rewritten),
  decimalMark: always(
    'breaking',
    'values with the old mark go to quarantine or change their meaning; make a dataset of its own for the new files',
  ),
  thousandsMark: always(
    'breaking',
    'values with the old mark go to quarantine or change their meaning; make a dataset of its own for the new files',
  ),
  unit: always('breaking', rewritten),
  sensitivity,
  description: always('compatible', ''),
};

export const tableFields: Readonly<Record<keyof Table, Judge>> = {
  select: always(
    'breaking',
    'rows already written are not made again; compare both selects with decant query, then replay the dataset',
  ),
  keys: always(
    'breaking',
    'rows are merged by other keys from now on; make a new table and replay the dataset into it',
  ),
  mode: always(
    'breaking',
    'what an older version of an object left behind is treated otherwise; make a new table and replay the dataset into it',
  ),
  delivery: always(
    'breaking',
    'absent keys are treated otherwise from the next object on; make sure that every delivery is of the new kind',
  ),
  audit: always('breaking', 'the columns get other names; make a new table, or a view with the old names'),
  molecules: always('compatible', ''),
  description: always('compatible', ''),
};
