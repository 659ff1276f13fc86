/** What a row of a table, of an input and of the table of reasons is made of. */
import type { Column } from '../../../protocol/contract.ts';
import type { ReasonRow } from '../../../protocol/reasons.ts';
import { sqlName, sqlText } from '../../../runtime/sql/text.ts';
import type { ObjectError } from '../formats/staged.ts';
import { PART_ROWS, type EngineObject, type EngineOptions } from './options.ts';
import type { TablePlan } from './plan.ts';
import type { Broken } from './quarantine.ts';

type Place = Pick<ReasonRow, 'byte_offset' | 'byte_length' | 'payload_offset' | 'payload_length'>;

const text = (value: string, name: string): string => `CAST(${sqlText(value)} AS VARCHAR) AS ${name}`;
const before = ({ part }: Pick<EngineObject, 'part'>): number => (part?.index ?? 0) * PART_ROWS;
const rowNumber = (object: EngineObject): string => `_row + ${before(object)} AS _source_row`;

function around(plan: TablePlan, object: EngineObject, run: string, sourceRow: string): string[] {
  const merge = [text(object.order, '_seq'), `CAST(${sqlText(object.at)} AS TIMESTAMPTZ)::TIMESTAMP AS _at`];
  return [
    ...plan.columns.map(sqlName),
    text(object.key, '_source_key'),
    text(object.version, '_source_version'),
    sourceRow,
    text(run, '_run'),
    ...(plan.merge ? merge : []),
  ];
}

/** Select list of a table that is its input, over `_row` and the contract's columns. */
export const tableRow = (plan: TablePlan, object: EngineObject, run: string): string[] =>
  around(plan, object, run, rowNumber(object));

/** Rows of a table from the filled inputs. */
export const tableRows = (plan: TablePlan, object: EngineObject, run: string): string =>
  `SELECT ${around(plan, object, run, '_source_row').join(', ')} FROM (${plan.select})`;

/** Select list of an input's table. */
export const inputRow = (columns: readonly Column[], object: EngineObject): string[] => [
  ...columns.map((c) => sqlName(c.name)),
  rowNumber(object),
];

/** One row per broken column of a record. */
export function reasonRows(
  input: string,
  broken: readonly Broken[],
  places: ReadonlyMap<number, Place>,
  object: EngineObject,
  { shard, run }: Pick<EngineOptions, 'shard' | 'run'>,
): ReasonRow[] {
  return broken.flatMap(({ record, rows }) => {
    const place = places.get(record);
    return rows.map((row) => ({
      source_key: object.key,
      source_version: object.version,
      source_row: before(object) + record,
      byte_offset: place?.byte_offset ?? null,
      byte_length: place?.byte_length ?? null,
      input,
      ...row,
      shard,
      run,
      payload_key: place ? object.payloadKey : null,
      payload_offset: place?.payload_offset ?? null,
      payload_length: place?.payload_length ?? null,
    }));
  });
}

/** A whole object: it stays in the raw bucket, so there is no payload. */
export const wholeObject = (
  object: EngineObject,
  { code, message }: ObjectError,
  { shard, run }: Pick<EngineOptions, 'shard' | 'run'>,
): ReasonRow => ({
  source_key: object.key,
  source_version: object.version,
  source_row: null,
  byte_offset: null,
  byte_length: null,
  input: '',
  reason: code,
  rule: null,
  column: null,
  value: null,
  message,
  shard,
  run,
  payload_key: null,
  payload_offset: null,
  payload_length: null,
});
