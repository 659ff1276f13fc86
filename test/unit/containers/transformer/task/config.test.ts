import { describe, expect, test } from '@jest/globals';
import { MisuseError, readConfig } from '../../../../../containers/transformer/task/config.ts';

const env = {
  ENVIRONMENT: 'dev',
  RAW_BUCKET: 'raw',
  WORK_BUCKET: 'work',
  TRANSFORMED_BUCKET: 'transformed',
  QUARANTINE_BUCKET: 'quarantine',
  LEDGER_TABLE: 'ledger',
  CATALOG_DATABASE: 'bpc_dev',
  TASK_MEMORY_MIB: '8192',
  TASK_VCPU: '2',
  SCRATCH_GIB: '100',
  SHARD_KEY: 'shards/d/abc.jsonl',
  RUN: 'abc-12345678-2',
  ATTEMPT: '2',
  RETRY: '1',
};

describe('readConfig', () => {
  test('the fence grows with every attempt and, within it, with every retry', () => {
    expect(readConfig(env).fence).toBe(2001);
  });

  test('every missing variable is named at once', () => {
    const lacking = { ...env, RAW_BUCKET: undefined, LEDGER_TABLE: undefined };

    expect(() => readConfig(lacking)).toThrow(/RAW_BUCKET, LEDGER_TABLE/);
  });

  test.each([
    ['none', { SHARD_KEY: '' }],
    ['two', { INPUT_KEY: 's/d/k.csv' }],
  ])('%s of the three inputs is misuse', (_name, more) => {
    expect(() => readConfig({ ...env, ...more })).toThrow(MisuseError);
  });

  test('a size that is not a number is refused with its name and value', () => {
    expect(() => readConfig({ ...env, TASK_MEMORY_MIB: 'much' })).toThrow(
      'TASK_MEMORY_MIB must be a positive number, got "much"',
    );
  });

  test('two processes never share an owner or a scratch folder', () => {
    const [a, b] = [readConfig(env), readConfig(env)];

    expect([a.owner === b.owner, a.scratch === b.scratch]).toEqual([false, false]);
  });
});
