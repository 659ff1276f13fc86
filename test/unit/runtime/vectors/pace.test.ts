import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../../runtime/vectors/pace.ts';

/** A clock that only waits move. */
class Stopped {
  at = 0;
  now = (): number => this.at;
  sleep = (ms: number): Promise<void> => {
    this.at += ms;
    return Promise.resolve();
  };
}

describe('a pace of 2,500 a second', () => {
  it('lets no window of a second have more, whatever the batches', async () => {
    const clock = new Stopped();
    const pace = new Pace(2500, clock);
    const taken: { at: number; count: number }[] = [];
    for (const count of [...Array<number>(40).fill(500), 2500, 1, 2499, ...Array<number>(100).fill(37)]) {
      await pace.take(count);
      taken.push({ at: clock.at, count });
      clock.at += count % 3;
    }

    const busiest = taken.map(({ at }) =>
      taken.filter((t) => t.at >= at && t.at < at + 1000).reduce((n, t) => n + t.count, 0),
    );
    expect(Math.max(...busiest)).toBeLessThanOrEqual(2500);
  });

  it('is reached: 100,000 in batches of 500 take 39 to 40 seconds', async () => {
    const clock = new Stopped();
    const pace = new Pace(2500, clock);
    for (let i = 0; i < 200; i++) await pace.take(500);

    expect(clock.at / 1000).toBeGreaterThanOrEqual(39);
    expect(clock.at / 1000).toBeLessThanOrEqual(40);
  });

  it('refuses a batch that no second has room for', async () => {
    await expect(new Pace(2500, new Stopped()).take(2501)).rejects.toThrow('2501 at once are more than 2500 a second');
  });
});
