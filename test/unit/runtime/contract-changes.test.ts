/** Every field of a contract, changed: what it means for those who read the tables. */
import { describe, expect, test } from '@jest/globals';
import { Column, Contract, FormatOptions, Table } from '../../../protocol/contract.ts';
import { columnFields, contractFields, optionFields, tableFields } from '../../../runtime/contract-fields.ts';
import { compareContracts } from '../../../runtime/contract-changes.ts';

type Json = Record<string, unknown>;
const contract = (more: Json = {}) => Contract.parse({ format: 'csv', columns: [{ name: 'a' }], ...more });
const column = (more: Json) => contract({ columns: [{ name: 'a', ...more }] });
const options = (more: Json) => contract({ options: more });
const table = (more: Json) => contract({ tables: { t: { keys: ['a'], ...more } } });
const kinds = (old: Contract, now: Contract) => compareContracts('d', old, now).map((c) => `${c.kind} ${c.path}`);

/** [path, old, new, whether old → new is compatible, whether new → old is] */
const cases: [string, Contract, Contract, boolean, boolean][] = [
  ['objects', contract({ objects: '*.csv' }), contract({ objects: ['*.csv', '*.txt'] }), true, false],
  ['format', contract(), contract({ format: 'tsv' }), false, false],
  ['maxBadRows', contract({ maxBadRows: 1 }), contract({ maxBadRows: 2 }), true, false],
  ['partition', contract(), contract({ partition: 'none' }), false, false],
  ['sensitivity', contract(), contract({ sensitivity: 'personal' }), true, false],
  ...(['delimiter', 'quote', 'escape', 'records'] as const).map((n): (typeof cases)[number] => [
    `options.${n}`,
    options({}),
    options({ [n]: '|' }),
    false,
    false,
  ]),
  ['options.encoding', options({}), options({ encoding: 'latin-1' }), false, false],
  ['options.header', options({}), options({ header: false }), false, false],
  ['options.quotedNewlines', options({ quotedNewlines: false }), options({}), true, false],
  ['options.compression', options({ compression: 'gzip' }), options({ compression: 'auto' }), true, false],
  ['options.unlisted', options({ unlisted: 'refuse' }), options({ unlisted: 'ignore' }), true, false],
  ...(['maxRecordBytes', 'maxExpandedBytes', 'maxExpansionRatio'] as const).map((n): (typeof cases)[number] => [
    `options.${n}`,
    options({ [n]: 1 }),
    options({ [n]: 2 }),
    true,
    false,
  ]),
  ['columns.a.from', column({}), column({ from: 'A' }), false, false],
  ['columns.a.type', column({}), column({ type: 'date' }), false, false],
  ['columns.a.nullable', column({ nullable: false }), column({ nullable: true }), true, false],
  ['columns.a.optional', column({}), column({ optional: true }), true, false],
  ['columns.a.allowed', column({ allowed: ['x'] }), column({ allowed: ['x', 'y'] }), true, false],
  ['columns.a.pattern', column({ pattern: 'x' }), column({}), true, false],
  ['columns.a.min', column({ type: 'bigint', min: 2 }), column({ type: 'bigint', min: 1 }), true, false],
  [
    'columns.a.max',
    column({ type: 'date', max: '2026-01-01' }),
    column({ type: 'date', max: '2027-01-01' }),
    true,
    false,
  ],
  ['columns.a.format', column({ type: 'date' }), column({ type: 'date', format: '%d.%m.%Y' }), false, false],
  ['columns.a.trim', column({}), column({ trim: true }), false, false],
  ['columns.a.nullTexts', column({}), column({ nullTexts: ['NA'] }), false, false],
  ['columns.a.decimalMark', column({ type: 'double' }), column({ type: 'double', decimalMark: ',' }), false, false],
  ['columns.a.thousandsMark', column({ type: 'double' }), column({ type: 'double', thousandsMark: ' ' }), false, false],
  ['columns.a.unit', column({ unit: 'nM' }), column({ unit: 'uM' }), false, false],
  ['columns.a.sensitivity', column({ sensitivity: 'public' }), column({ sensitivity: 'personal' }), true, false],
  ['columns.a.description', column({}), column({ description: 'x' }), true, true],
  ['tables.t.select', table({}), table({ select: 'select a from input' }), false, false],
  ['tables.t.keys', table({}), table({ keys: [] }), false, false],
  ['tables.t.mode', table({}), table({ mode: 'replace' }), false, false],
  ['tables.t.delivery', table({ mode: 'merge' }), table({ mode: 'merge', delivery: 'full' }), false, false],
  ['tables.t.audit', table({}), table({ audit: { createdBy: 'x' } }), false, false],
  ['tables.t.description', table({}), table({ description: 'x' }), true, true],
  ['tables.t.molecules', table({}), table({ molecules: ['a'] }), true, true],
];

describe('a change of a contract', () => {
  test.each(cases)('at %s is classed', (path, old, now, there, back) => {
    const kind = (ok: boolean) => [`${ok ? 'compatible' : 'breaking'} ${path}`];

    expect(kinds(old, now)).toEqual(kind(there));
    expect(kinds(now, old)).toEqual(kind(back));
  });

  test('is tried for every field that the schema has', () => {
    const tried = new Set(cases.map(([path]) => path.replace(/^(columns|tables|options)\.((a|t)\.)?/, '$1.')));
    const all = [
      ...Object.keys(Contract.shape).map((k) => k),
      ...Object.keys(FormatOptions.shape).map((k) => `options.${k}`),
      ...Object.keys(Column.shape).map((k) => `columns.${k}`),
      ...Object.keys(Table.shape).map((k) => `tables.${k}`),
    ];
    const asParts = ['options', 'columns', 'sheets', 'tables', 'columns.name'];

    expect(all.filter((k) => !tried.has(k) && !asParts.includes(k))).toEqual([]);
  });

  test('is classed for every field that the schema has', () => {
    expect(Object.keys(contractFields).sort()).toEqual(Object.keys(Contract.shape).sort());
    expect(Object.keys(optionFields).sort()).toEqual(Object.keys(FormatOptions.shape).sort());
    expect(Object.keys(columnFields).sort()).toEqual(Object.keys(Column.shape).sort());
    expect(Object.keys(tableFields).sort()).toEqual(Object.keys(Table.shape).sort());
  });

  test('that adds a nullable column is compatible, one that may not be null breaks', () => {
    const with_ = (more: Json) => contract({ columns: [{ name: 'a' }, { name: 'b', ...more }] });

    expect(kinds(contract(), with_({}))).toEqual(['compatible columns.b']);
    expect(kinds(contract(), with_({ nullable: false }))).toEqual(['breaking columns.b']);
  });

  test('that removes a column or a table breaks', () => {
    const before = contract({ columns: [{ name: 'a' }, { name: 'b' }], tables: { t: {}, u: {} } });

    expect(kinds(before, contract({ tables: { t: {} } }))).toEqual(['breaking columns.b', 'breaking tables.u']);
  });

  test('comes with a remedy wherever it breaks', () => {
    const breaking = cases.flatMap(([, a, b]) => compareContracts('d', a, b)).filter((c) => c.kind === 'breaking');

    expect(breaking.filter((c) => !c.remedy)).toEqual([]);
  });
});
