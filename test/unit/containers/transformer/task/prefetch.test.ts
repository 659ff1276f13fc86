import { describe, expect, test } from '@jest/globals';
import { prefetch } from '../../../../../containers/transformer/task/prefetch.ts';

const sizes = [1, 2, 3, 4, 5];

describe('prefetch', () => {
  test('items come in order with what was fetched for them', async () => {
    const out: string[] = [];

    for await (const { item, index, fetched } of prefetch(
      sizes,
      (n) => n,
      (n) => Promise.resolve(n * 10),
      { atOnce: 3, bytes: 100 },
    )) {
      out.push(`${index}:${item}:${fetched}`);
    }

    expect(out).toEqual(['0:1:10', '1:2:20', '2:3:30', '3:4:40', '4:5:50']);
  });

  test('no more than so many are fetched ahead', async () => {
    let started = 0;
    const most: number[] = [];

    for await (const { index } of prefetch(
      sizes,
      () => 1,
      () => Promise.resolve(++started),
      { atOnce: 2, bytes: 100 },
    )) {
      most.push(started - index);
    }

    expect(Math.max(...most)).toBe(2);
  });

  test('bytes held never pass the bound, except for one item larger than it', async () => {
    const held = new Set<number>();
    const seen: number[][] = [];

    for await (const { item } of prefetch(
      [60, 30, 30, 200, 10],
      (n) => n,
      (n) => (held.add(n), Promise.resolve(n)),
      { atOnce: 5, bytes: 100 },
    )) {
      seen.push([...held]);
      held.delete(item);
    }

    expect(seen.filter((s) => s.length > 1 && s.reduce((a, b) => a + b, 0) > 100)).toEqual([]);
  });

  test('an error is thrown when the turn of its item comes, not before', async () => {
    const out: number[] = [];

    const reading = (async () => {
      for await (const { item } of prefetch(
        sizes,
        () => 1,
        (n) => (n === 3 ? Promise.reject(new Error('cut')) : Promise.resolve(n)),
        { atOnce: 5, bytes: 100 },
      ))
        out.push(item);
    })();

    await expect(reading).rejects.toThrow('cut');
    expect(out).toEqual([1, 2]);
  });

  test('fetches under way are awaited when the reader stops early', async () => {
    let running = 0;
    const slow = async (n: number) => {
      running++;
      await new Promise((r) => setTimeout(r, n === 1 ? 0 : 20));
      running--;
      return n;
    };

    const fetching = prefetch(sizes, () => 1, slow, { atOnce: 4, bytes: 100 });
    await fetching.next();
    await fetching.return(undefined);

    expect(running).toBe(0);
  });
});
