import { describe, expect, test } from '@jest/globals';
import { listExit } from '../../../../../containers/transformer/task/list.ts';

describe('listExit', () => {
  test.each([
    ['all shards are done', { done: 3, claimed: 0, crashed: 0 }, 0],
    ['the list is empty', { done: 0, claimed: 0, crashed: 0 }, 0],
    ['another task holds some', { done: 2, claimed: 1, crashed: 0 }, 0],
    ['other tasks hold all', { done: 0, claimed: 2, crashed: 0 }, 75],
    ['one crashed and others are done', { done: 2, claimed: 1, crashed: 1 }, 1],
  ])('when %s, the exit code says so', (_when, outcome, code) => {
    expect(listExit(outcome)).toBe(code);
  });
});
