/** The estate file with every kind of mistake: all are reported, each at its place. */
import { describe, expect, test } from '@jest/globals';
import { checkEstate, formatProblem, parseEstate } from '../../../runtime/estate.ts';

const bad = `
estate: BPC
environments:
  local: { kind: local }
  dev:
    kind: dev
    acount: '111111111111'
    account: 111111111111
  prod:
    kind: prod
    account: '222222222222'
    deleteData: true
sources:
  lab: { kind: fodler }
datasets:
  assays:
    source: lap
    contract:
      format: cvs
      maxBadRows: many
      columns:
        - { name: id, type: string, nullable: false }
        - { name: id, type: bigint, min: low }
        - { name: code, pattern: '(', allowed: [06705, NO] }
        - { name: _run }
        - { name: big, type: bigint, max: 12345678901234567890 }
      tables:
        assays: { keys: [idd] }
        other:
          mode: merge
          delivery: ful
  people:
    source: lab
    contract:
      format: jsonl
      options: { delimiter: ';' }
      columns: [{ name: a, type: 'decimal(3,5)' }]
      tables:
        other: {}
  broken:
    source: lab
  assays:
    source: lab
`.slice(1);

const complaints = [
  '1:1 estate "BPC" must match',
  '6:5 environments.dev.acount is not a key here; kind, account, region,',
  "7:5 environments.dev.account 111111111111 is a number here; text is wanted: put it in quotes, '111111111111'",
  '8:3 environments.prod.evidenceYears prod must state how many years',
  '11:5 environments.prod.deleteData prod never deletes data',
  '13:10 sources.lab.kind "fodler" is not a kind; folder, nfs, smb, hdfs, object-store, s3, azure-blob, efs, postgresql, sqlserver. Did you mean folder?',
  '16:5 datasets.assays.source "lap" is not a source; lab. Did you mean lab?',
  '18:7 datasets.assays.contract.format "cvs" is not a format; csv, tsv, json, jsonl, xlsx, sdf, mol, smiles, parquet. Did you mean csv?',
  '19:7 datasets.assays.contract.maxBadRows "many" is not a number',
  '21:23 datasets.assays.contract.columns.0.type "string" is not a type;',
  '22:13 datasets.assays.contract.columns.1.name "id" stands twice; it is column 1 already',
  '22:37 datasets.assays.contract.columns.1.min "low" is not a value of type bigint',
  '23:25 datasets.assays.contract.columns.2.pattern "(" is not a regular expression',
  "23:49 datasets.assays.contract.columns.2.allowed.0 06705 is a number here; text is wanted: put it in quotes, '06705'",
  '24:13 datasets.assays.contract.columns.3.name "_run" is a column that Decant adds itself',
  '25:43 12345678901234567890 is too large to be kept exactly; put it in quotes',
  '27:26 datasets.assays.contract.tables.assays.keys.0 "idd" is not a column;',
  '28:9 datasets.assays.contract.tables.other.keys a merge table needs keys',
  '30:11 datasets.assays.contract.tables.other.delivery "ful" is not a delivery; delta, full. Did you mean full?',
  '35:18 datasets.people.contract.options.delimiter means nothing for format jsonl',
  '36:28 datasets.people.contract.columns.0.type "decimal(3,5)" is not a type',
  '38:9 datasets.people.contract.tables.other table "other" is made by dataset assays already',
  '39:3 datasets.broken.contract is missing',
  '41:3 key "assays" stands twice here; keep one',
];

const good = `
estate: bpc
environments: { local: { kind: local } }
sources: { lab: { kind: folder } }
datasets:
  people:
    source: lab
    contract:
      format: csv
      columns:
        - { name: zip, allowed: ['06705', NO, yes] }
`;

/** One line of a column, checked in an otherwise good file. */
const column = (text: string): string[] =>
  checkEstate(good.replace("name: zip, allowed: ['06705', NO, yes]", text), 'decant.yaml').problems.map(
    (p) => p.message,
  );

describe('an estate file', () => {
  const found = checkEstate(bad, 'decant.yaml').problems.map(formatProblem);

  test.each(complaints)('with a mistake is told: %s', (complaint) => {
    expect(found.filter((f) => f.startsWith(`decant.yaml:${complaint}`))).toHaveLength(1);
  });

  test('is told nothing beyond its mistakes', () => {
    const told = found.filter((f) => !complaints.some((c) => f.startsWith(`decant.yaml:${c}`)));

    expect(told).toEqual([
      'decant.yaml:25:38 datasets.assays.contract.columns.4.max 12345678901234567000 is not a value of type bigint',
    ]);
  });

  test('keeps no, yes and leading zeros as text', () => {
    const estate = parseEstate(good, 'decant.yaml');

    expect(estate.datasets['people']?.contract.columns?.[0]?.allowed).toEqual(['06705', 'NO', 'yes']);
  });

  test('that is no YAML is told where it breaks', () => {
    const { problems } = checkEstate('estate: bpc\nsources: [a, b\n', 'decant.yaml');

    expect(problems[0]).toMatchObject({ line: 3, column: 1 });
  });

  test('finds values behind an anchor', () => {
    const text = good
      .replace('people:\n    source: lab', 'people:\n    source: &s lob')
      .concat('  more:\n    source: *s\n');

    const { problems } = checkEstate(text, 'decant.yaml');

    expect(problems.map((p) => `${p.line}:${p.column} ${p.path}`)).toContain('7:5 datasets.people.source');
    expect(problems.map((p) => `${p.line}:${p.column} ${p.path}`)).toContain('13:5 datasets.more.source');
  });

  const repeated = Array.from({ length: 21 }, (_, i) => `  - &x${i + 1} [*x${i}, *x${i}]\n`).join('');
  test.each([
    ['names no anchor', 'estate: bpc\nsources: *nowhere\n', '2:10 *nowhere names no anchor; write &nowhere'],
    ['names one that comes later', 'estate: *name\nsources: &name lab\n', '1:9 *name names no anchor'],
    ['names one under a key that stands twice', 'a: 1\na: &one 1\nb: *one\n', '3:4 *one names no anchor'],
    ['stands within its own value', 'sources: &all { lab: *all }\n', '1:22 *all stands within the value'],
    ['multiplies', `sources:\n  - &x0 [1]\n${repeated}`, '3:10 one anchor is repeated more than'],
  ])('whose alias %s is a mistake with its place', (_, text, said) => {
    const { problems, estate } = checkEstate(text, 'decant.yaml');

    expect(estate).toBeUndefined();
    expect(problems.map((p) => `${p.line}:${p.column} ${p.message}`)).toContainEqual(expect.stringContaining(said));
  });

  test('may repeat one value in each of many datasets', () => {
    const many = Array.from({ length: 200 }, (_, i) => `  d${i}:\n    source: *s\n`).join('');
    const text = good.replace('people:\n    source: lab', 'people:\n    source: &s lob').concat(many);

    const { problems } = checkEstate(text, 'decant.yaml');

    expect(problems.filter((p) => p.path.endsWith('.source'))).toHaveLength(201);
  });

  test('with mistakes is not loaded, and all of them are said', () => {
    expect(() => parseEstate(bad, 'decant.yaml')).toThrow(/13:10 sources\.lab\.kind[^]*41:3 key "assays" stands twice/);
  });
});

describe('a column', () => {
  test.each([
    ['name: a, type: integer, max: 3000000000', 'not a value of type integer'],
    ["name: a, type: date, min: '2026-02-30'", 'not a value of type date'],
    ['name: a, type: text, min: 1', 'means nothing for type text'],
    ['name: a, type: integer, min: 2, max: 1', 'is above max'],
    ["name: a, type: 'decimal(3,1)', allowed: ['1.25']", 'not a value of type decimal(3,1)'],
    ['name: a, type: integer, allowed: [x]', 'not a value of type integer'],
    ["name: a, type: integer, format: '%Y'", 'means nothing for type integer'],
    ["name: a, type: double, decimalMark: ',', thousandsMark: ','", 'the two must differ'],
    ['name: a, optional: true, nullable: false', 'an optional column is null where the source lacks it'],
    ["name: a, pattern: '(?=x)'", 'lookaround is not known'],
    ['name: Zip', 'must match'],
  ])('{ %s } is refused', (text, complaint) => {
    expect(column(text)).toEqual([expect.stringContaining(complaint)]);
  });

  test.each([
    "name: a, type: bigint, min: '9223372036854775807'",
    "name: a, type: timestamptz, max: '2026-01-01T00:00:00Z'",
    "name: a, pattern: '(?i)[A-Z]{2}\\d+'",
  ])('{ %s } is accepted', (text) => {
    expect(column(text)).toEqual([]);
  });
});
