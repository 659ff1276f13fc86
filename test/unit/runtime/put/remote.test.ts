import { describe, expect, test } from '@jest/globals';
import { RemoteCursor, type ListPage } from '../../../../runtime/put/remote.ts';
import { compareKeys } from '../../../../runtime/put/walk.ts';

/** A listing of sorted keys, two a page, that counts its requests. */
function listing(keys: readonly string[]) {
  const requests: (string | undefined)[] = [];
  const list: ListPage = (prefix, after) => {
    requests.push(after);
    const found = keys.filter((k) => k.startsWith(prefix) && (after === undefined || compareKeys(k, after) > 0));
    return Promise.resolve({
      objects: found.slice(0, 2).map((key) => ({ key, size: 1, etag: key })),
      more: found.length > 2,
    });
  };
  return { list, requests };
}

describe('RemoteCursor', () => {
  test('finds keys that are there and no others', async () => {
    const { list } = listing(['p/a', 'p/b', 'p/d', 'p/e']);
    const cursor = new RemoteCursor('p/', list);

    const found = [];
    for (const key of ['p/a', 'p/b', 'p/c', 'p/d', 'p/e', 'p/f']) found.push((await cursor.seek(key))?.key);

    expect(found).toEqual(['p/a', 'p/b', undefined, 'p/d', 'p/e', undefined]);
  });

  test('jumps over keys that nobody asks for', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `p/${String(i).padStart(4, '0')}`);
    const { list, requests } = listing(many);

    await new RemoteCursor('p/', list).seek('p/0900');

    expect(requests.length).toBeLessThan(10);
  });

  test('finds a key beyond U+FFFF, which S3 lists after all others', async () => {
    const { list } = listing(['p/\uff5e', 'p/😀']);
    const cursor = new RemoteCursor('p/', list);

    expect((await cursor.seek('p/\uff5e'))?.key).toBe('p/\uff5e');
    expect((await cursor.seek('p/😀'))?.key).toBe('p/😀');
  });
});
