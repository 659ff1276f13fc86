import { describe, expect, test } from '@jest/globals';
import { isInline, parseArgs, parsePlan } from '../../../../local/embedder/args.ts';

const told = {
  dataset: 'library',
  plan: '[]',
  bundle: 's3://b/models/m',
  dtype: 'fp32',
  fingerprints: 'none',
  sensitivity: 'internal',
  tables: 's3://t',
  quarantine: 's3://q',
  summary: 's3://w/s.json',
  run: 'r-1',
};
const argv = (more: Record<string, string> = {}): string[] =>
  Object.entries({ ...told, ...more }).flatMap(([name, value]) => [`--${name}`, value]);

describe('the arguments of the worker', () => {
  test('are those of the Spark job; those of Glue are passed over', () => {
    expect(parseArgs(['--JOB_NAME', 'embed', ...argv(), '--TempDir', 's3://x'])).toEqual(told);
  });

  test('may be joined to their names', () => {
    expect(parseArgs(Object.entries(told).map(([name, value]) => `--${name}=${value}`))).toEqual(told);
  });

  test.each([
    ['--dtype', { dtype: 'int8' }],
    ['--run', { run: '../r' }],
    ['--sensitivity', { sensitivity: 'secret' }],
  ])('%s is checked', (name, more) => {
    expect(() => parseArgs(argv(more))).toThrow(name);
  });

  test('that are missing are all named', () => {
    expect(() => parseArgs(['--dataset', 'library'])).toThrow(/--plan.*--bundle.*--run/s);
  });
});

describe('a plan', () => {
  const tables = [{ table: 't', columns: ['a', 'a'], files: ['f', 'g', 'f'] }];

  test.each([
    ['a list', tables],
    ['an object with tables', { dataset: 'd', tables }],
  ])('is %s; what is named twice is read once', (_, plan) => {
    expect(parsePlan(JSON.stringify(plan))).toEqual([{ table: 't', columns: ['a'], files: ['f', 'g'] }]);
  });

  test.each(['{', 'null', '{"tables":1}', '[{"table":"t","columns":"a","files":[]}]'])('is not %s', (text) => {
    expect(() => parsePlan(text)).toThrow(/the plan is no/);
  });

  test('that begins as JSON is the plan itself, else the place of its file', () => {
    expect([' [', '\ufeff{', 's3://b/plan.json', '/tmp/plan'].map(isInline)).toEqual([true, true, false, false]);
  });
});
