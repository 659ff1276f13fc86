import { describe, expect, test } from '@jest/globals';
import { latestShards } from '../../../runtime/quarantine/reasons.ts';
import { shortened } from '../../../runtime/runs.ts';

describe('shortened', () => {
  test('keeps the exit code and the reason of a failed task', () => {
    const cause = JSON.stringify({
      StoppedReason: 'Essential container in task exited',
      Containers: [{ ExitCode: 137 }],
    });

    expect(shortened(cause)).toBe('Essential container in task exited; exit code 137');
  });

  test('keeps the first line of any other cause', () => {
    expect(shortened('2 objects quarantined\nmore')).toBe('2 objects quarantined');
  });
});

describe('latestShards', () => {
  test('takes the last replay of each shard, by number', () => {
    expect([...latestShards(['a', 'a-r2', 'a-r10', 'b'])]).toEqual(['a-r10', 'b']);
  });
});
