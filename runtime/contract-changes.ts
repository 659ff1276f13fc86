/** What a changed contract means for those who read its tables. */
import { inputsOf, tablesOf, type Contract } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import { canonicalJson } from './contracts.ts';
import {
  columnFields,
  contractFields,
  optionFields,
  tableFields,
  type Judge,
  type Verdict,
} from './contract-fields.ts';

export interface Change extends Verdict {
  readonly dataset: string;
  /** Dotted path below the contract, such as `columns.value.type`. */
  readonly path: string;
}

type Fields = Readonly<Record<string, unknown>>;
type Found = Omit<Change, 'dataset'>;

/** All changes between two estates, dataset by dataset. */
export function compareEstates(old: Estate, now: Estate): Change[] {
  const names = [...new Set([...Object.keys(old.datasets), ...Object.keys(now.datasets)])].sort();
  return names.flatMap((dataset): Change[] => {
    const [a, b] = [old.datasets[dataset], now.datasets[dataset]];
    if (!a) return [{ dataset, path: '', kind: 'compatible', message: 'new dataset', remedy: '' }];
    const gone = 'its new objects become unclassified; keep the dataset until its source is closed';
    if (!b) return [{ dataset, path: '', kind: 'breaking', message: 'dataset removed', remedy: gone }];
    return compareContracts(dataset, a.contract, b.contract);
  });
}

/** Every difference between two contracts of a dataset, classed. */
export function compareContracts(dataset: string, old: Contract, now: Contract): Change[] {
  return [
    ...judge(contractFields, old, now, ''),
    ...judge(optionFields, old.options, now.options, 'options.'),
    ...inputs(old, now),
    ...tables(dataset, old, now),
  ].map((found) => ({ dataset, ...found }));
}

function inputs(old: Contract, now: Contract): Found[] {
  const before = new Map(inputsOf(old).map((i) => [i.name, i]));
  const after = new Map(inputsOf(now).map((i) => [i.name, i]));
  return pairs(before, after).flatMap(([name, a, b]): Found[] => {
    const at = name === 'input' ? 'columns' : `sheets.${name}.columns`;
    if (!a)
      return [
        breaking(
          `sheets.${name}`,
          'sheet added',
          'workbooks without it are quarantined; have it delivered first, or make it a dataset of its own',
        ),
      ];
    if (!b) return [breaking(`sheets.${name}`, 'sheet removed', 'selects over it fail; change them in the same step')];
    const moved =
      a.sheet === b.sheet
        ? []
        : [
            breaking(
              `sheets.${name}.sheet`,
              `${a.sheet} → ${b.sheet}`,
              'workbooks with the old sheet name are quarantined; agree on a date with whoever delivers',
            ),
          ];
    return [
      ...moved,
      ...columns(at, new Map(a.columns.map((c) => [c.name, c])), new Map(b.columns.map((c) => [c.name, c]))),
    ];
  });
}

function columns(
  at: string,
  old: ReadonlyMap<string, Contract['columns'] extends (infer C)[] | undefined ? C : never>,
  now: typeof old,
): Found[] {
  return pairs(old, now).flatMap(([name, a, b]): Found[] => {
    const path = `${at}.${name}`;
    if (!a && b) {
      if (!b.nullable)
        return [
          breaking(
            path,
            'new column that may not be null',
            'files delivered so far lack it; add it as nullable and optional',
          ),
        ];
      const remedy = b.optional ? '' : 'objects that lack it are quarantined; set optional: true until all have it';
      return [{ path, kind: 'compatible', message: 'new nullable column', remedy }];
    }
    if (a && !b)
      return [
        breaking(
          path,
          'column removed',
          'readers and delivered files still have it; keep it, or set options.unlisted: ignore and tell the readers',
        ),
      ];
    return a && b ? judge(columnFields, a, b, `${path}.`) : [];
  });
}

function tables(dataset: string, old: Contract, now: Contract): Found[] {
  const of = (c: Contract) => new Map(tablesOf(dataset, c).map((t) => [t.name, t.table]));
  return pairs(of(old), of(now)).flatMap(([name, a, b]): Found[] => {
    const path = `tables.${name}`;
    if (!a)
      return [
        {
          path,
          kind: 'compatible',
          message: 'new table',
          remedy: 'it holds objects from now on; replay the dataset for older ones',
        },
      ];
    if (!b)
      return [
        breaking(path, 'table removed', 'its readers get nothing new; keep it, or make a view under its name first'),
      ];
    return judge(tableFields, a, b, `${path}.`);
  });
}

/** Applies the rule of each field that differs. */
function judge(fields: Readonly<Record<string, Judge>>, old: Fields, now: Fields, at: string): Found[] {
  return Object.entries(fields).flatMap(([name, rule]) => {
    const [a, b] = [old[name], now[name]];
    if (rule === 'elsewhere' || canonicalJson(a ?? null) === canonicalJson(b ?? null)) return [];
    return [{ path: `${at}${name}`, ...rule(a, b) }];
  });
}

const breaking = (path: string, message: string, remedy: string): Found => ({
  path,
  kind: 'breaking',
  message,
  remedy,
});

function pairs<T>(old: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): [string, T | undefined, T | undefined][] {
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => [name, old.get(name), now.get(name)]);
}
