import { describe, expect, test } from '@jest/globals';
import { Budget } from '../../../../runtime/put/budget.ts';

describe('Budget', () => {
  test('never holds more bytes than it was given, and runs all work', async () => {
    const budget = new Budget(10, 100);
    let now = 0;
    let most = 0;
    let done = 0;

    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        budget.with(10 + (i % 5) * 10, async () => {
          now += 10 + (i % 5) * 10;
          most = Math.max(most, now);
          await Promise.resolve();
          now -= 10 + (i % 5) * 10;
          done++;
        }),
      ),
    );

    expect({ done, within: most <= 100 }).toEqual({ done: 50, within: true });
  });

  test('gives its room back when work fails', async () => {
    const budget = new Budget(1, 1);
    await budget.with(1, () => Promise.reject(new Error('x'))).catch(() => undefined);

    expect(await budget.with(5, () => Promise.resolve('ran'))).toBe('ran');
  });
});
