/** The query that types an input: layer by layer, so that each text is cast once. */
import type { Column } from '../../../protocol/contract.ts';
import { sqlName } from '../../../runtime/sql/text.ts';
import { brokenRule, holds, typedColumn, type TypedColumn } from './values.ts';

export interface TypedQuery {
  /** Columns that can break a rule, in order; `bad` yields a rule and a text for each. */
  readonly checked: readonly Column[];
  /** Good rows of a relation: `_row`, then the columns by name, as `select`s them. */
  good(relation: string, select: readonly string[], only: string | undefined): string;
  /** Rows that break a rule: `_row`, then `rule_1`, `text_1`, … of the checked columns. */
  bad(relation: string, only: string | undefined): string;
  /** Every row of a relation, good or bad, as a table expression. */
  all(relation: string, only: string | undefined): string;
}

/** Characters of an offending value that are kept; the payload has it all. */
const VALUE_CHARACTERS = 200;

/** Builds the query of one input once; relations differ from object to object. */
export function typedQuery(columns: readonly Column[]): TypedQuery {
  const names = columns.map((_, i) => ({ text: `t${i}`, value: `v${i}` }));
  const typed: TypedColumn[] = columns.map((c, i) =>
    typedColumn(c, { raw: sqlName(c.name), text: `t${i}`, value: `v${i}` }),
  );
  const texts = typed.map((t, i) => `${t.text} AS t${i}`);
  const values = typed.map((t, i) => `${t.value} AS v${i}`);
  const conditions = typed.flatMap((t, i) => holds(t, `t${i}`) ?? []);
  const checked = typed.map((t, i) => ({ t, i })).filter(({ t, i }) => holds(t, `t${i}`) !== undefined);

  const layers = (relation: string, only: string | undefined): string => {
    const rows = only ? `(SELECT * FROM ${relation} WHERE _row IN (SELECT n FROM ${only}))` : relation;
    return `(SELECT *, ${values.join(', ')} FROM (SELECT _row, ${texts.join(', ')} FROM ${rows}))`;
  };
  // A filter over a volatile column stays where it is; else the optimizer moves it below the casts and does them twice.
  const verdict = conditions.length ? `random() >= 0 AND ${conditions.join(' AND ')}` : undefined;

  return {
    checked: checked.map(({ t }) => t.column),
    good(relation, select, only) {
      const named = names.map(({ value }, i) => `${value} AS ${sqlName(columns[i]?.name ?? '')}`);
      const from = verdict
        ? `(SELECT *, ${verdict} AS _ok FROM ${layers(relation, only)}) WHERE _ok`
        : layers(relation, only);
      return `SELECT ${select.join(', ')} FROM (SELECT _row, ${named.join(', ')} FROM ${from})`;
    },
    all: (relation, only) =>
      `(SELECT *, ${verdict ?? 'random() >= 0'} AS _ok FROM ${layers(relation, only)}) WHERE _ok OR _ok IS NOT TRUE`,
    bad(relation, only) {
      const told = checked.flatMap(({ t, i }, k) => [
        `${brokenRule(t, `t${i}`)} AS rule_${k}`,
        `left(t${i}, ${VALUE_CHARACTERS}) AS text_${k}`,
      ]);
      const from = `(SELECT *, ${verdict ?? 'true'} AS _ok FROM ${layers(relation, only)})`;
      return `SELECT ${['_row', ...told].join(', ')} FROM ${from} WHERE _ok IS NOT TRUE ORDER BY _row`;
    },
  };
}
