import { describe, expect, test } from '@jest/globals';
import { executionName } from '../../../protocol/workflow.ts';

describe('the name of an execution', () => {
  const shard = 'a'.repeat(24);
  const contract = '0123456789abcdef'.repeat(4);

  test('is shard, eight digits of the contract’s hash, and attempt', () => {
    expect(executionName(`${shard}-p7`, contract, 3)).toBe(`${shard}-p7-01234567-3`);
  });

  test('differs under another contract, so that attempts never mix contracts', () => {
    expect(executionName(shard, `f${contract.slice(1)}`, 1)).not.toBe(executionName(shard, contract, 1));
  });

  test('of the longest shard is one that Step Functions takes', () => {
    expect(executionName(`${shard}-p99999-r99`, contract, 9999)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  });
});
