import { describe, expect, test } from '@jest/globals';
import { Contract } from '../../../protocol/contract.ts';
import { canonicalJson, compileContracts, contractHash, isCuttable, matchDataset } from '../../../runtime/contracts.ts';

const csv = (more: object = {}) => Contract.parse({ format: 'csv', columns: [{ name: 'id' }], ...more });
const compiled = (datasets: Record<string, Contract>) =>
  compileContracts({
    estate: 'test',
    environments: {},
    sources: { lab: { kind: 'folder' } },
    datasets: Object.fromEntries(
      Object.entries(datasets).map(([name, contract]) => [name, { source: 'lab', contract }]),
    ),
  });

describe('a contract’s hash', () => {
  test('does not depend on the order of members', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: undefined })).toBe(
      canonicalJson({ a: undefined, b: [{ c: 2, d: 1 }] }),
    );
  });

  test('changes with the contract', () => {
    const stored = { dataset: 'a', source: 'lab', contract: csv() };

    expect(contractHash(stored)).not.toBe(contractHash({ ...stored, contract: csv({ maxBadRows: 1 }) }));
  });

  test('of all contracts changes with any of them', () => {
    expect(compiled({ a: csv() }).contractSet).not.toBe(compiled({ a: csv({ maxBadRows: 1 }) }).contractSet);
  });
});

describe('the dataset of an object', () => {
  const sets = compiled({ all: csv(), some: csv({ objects: ['*.csv', 'sub/**/*.csv'] }) });

  test.each([
    ['lab/all/x', 'all'],
    ['lab/all/.hidden/x', 'all'],
    ['lab/all/a//b', 'all'],
    ['lab/all/folder/', 'all'],
    ['lab/all//', 'all'],
    ['lab/all/line\nbreak', 'all'],
    ['lab/some/ä + %20.csv', 'some'],
    ['lab/some/.csv', 'some'],
    ['lab/some/sub/x.csv', 'some'],
    ['lab/some/sub/deep/line\nbreak.csv', 'some'],
    ['lab/some/other/x.csv', undefined],
    ['lab/some/x.csv.bak', undefined],
    ['other/all/x', undefined],
    ['lab/unknown/x', undefined],
    ['lab/all/', undefined],
    ['stray', undefined],
  ])('%j is %s', (key, dataset) => {
    expect(matchDataset(key, sets)?.dataset).toBe(dataset);
  });
});

describe('an object may be cut', () => {
  const lines = { options: { quotedNewlines: false } };

  test.each([
    ['CSV without quoted newlines', csv(lines), 'a.csv', true],
    ['CSV that may hold quoted newlines', csv(), 'a.csv', false],
    ['compressed CSV', csv(lines), 'a.csv.gz', false],
    ['CSV said to be zstd', csv({ options: { quotedNewlines: false, compression: 'zstd' } }), 'a', false],
    ['CSV said to be uncompressed', csv({ options: { quotedNewlines: false, compression: 'none' } }), 'a.gz', true],
    ['UTF-16', csv({ options: { quotedNewlines: false, encoding: 'utf-16' } }), 'a.csv', false],
    ['JSON Lines', csv({ format: 'jsonl' }), 'a.jsonl', true],
    ['one JSON document', csv({ format: 'json' }), 'a.json', false],
    ['a workbook', csv({ format: 'xlsx' }), 'a.xlsx', false],
    ['Parquet', csv({ format: 'parquet' }), 'a.parquet', true],
    [
      'a select over the whole',
      csv({ ...lines, tables: { t: { select: 'select count(*) as n from input' } } }),
      'a.csv',
      false,
    ],
  ])('%s: %#', (_, contract, key, cuttable) => {
    expect(isCuttable(contract, key)).toBe(cuttable);
  });
});
