import { S3Client, type ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { describe, expect, it, jest } from '@jest/globals';
import { boundariesOf, listRange, rangesOf, thinned } from '../../../../runtime/copy/source.ts';
import { compareKeys } from '../../../../runtime/put/walk.ts';

const PAGE = 3;

/** A bucket that lists its keys as S3 does, in pages of three. */
function bucketOf(keys: readonly string[]): { s3: S3Client; asked: ListObjectsV2CommandInput[] } {
  const sorted = [...keys].sort(compareKeys);
  const asked: ListObjectsV2CommandInput[] = [];
  const s3 = new S3Client({ region: 'us-east-1' });
  const list = ({ input }: ListObjectsV2Command) => {
    asked.push(input);
    const from = input.ContinuationToken ?? input.StartAfter;
    const below = sorted.filter((k) => k.startsWith(input.Prefix ?? '') && (!from || compareKeys(k, from) > 0));
    if (input.Delimiter !== undefined) {
      const rest = (k: string): string => k.slice(input.Prefix?.length ?? 0);
      const folders = below
        .filter((k) => rest(k).includes('/'))
        .map((k) => k.slice(0, k.indexOf('/', input.Prefix?.length) + 1));
      return Promise.resolve({
        CommonPrefixes: [...new Set(folders)].map((Prefix) => ({ Prefix })),
        IsTruncated: false,
      });
    }
    const page = below.slice(0, PAGE);
    return Promise.resolve({
      EncodingType: 'url',
      Contents: page.map((k) => ({ Key: encodeURIComponent(k).replaceAll('%20', '+'), Size: 1, ETag: '"e"' })),
      IsTruncated: below.length > PAGE,
      NextContinuationToken: page.at(-1),
    });
  };
  jest.spyOn(s3, 'send').mockImplementation(list as never);
  return { s3, asked };
}

const keysOf = async (pages: AsyncIterable<readonly { readonly key: string }[]>): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of pages) found.push(...page.map((o) => o.key));
  return found;
};

describe('a range of a listing', () => {
  const keys = ['a/0', 'a/1', 'a/1 x', 'a/2', 'a/9', 'a/b', 'a/ü+', 'b/1'];

  it('holds its upper bound and not its lower one, decoded', async () => {
    const { s3 } = bucketOf(keys);

    expect(await keysOf(listRange(s3, 'b', 'a/', { after: 'a/0', upTo: 'a/2' }))).toEqual(['a/1', 'a/1 x', 'a/2']);
  });

  it('and its neighbours together hold every key of the folder once, whatever the bounds', async () => {
    const { s3 } = bucketOf(keys);
    const ranges = rangesOf(['a/1', 'a/9', 'a/zz']);

    const found = await Promise.all(ranges.map((r) => keysOf(listRange(s3, 'b', 'a/', r))));

    expect(found.flat()).toEqual(keys.filter((k) => k.startsWith('a/')));
  });

  it('is read no further than its upper bound', async () => {
    const { s3, asked } = bucketOf(keys);

    await keysOf(listRange(s3, 'b', 'a/', { upTo: 'a/1' }));

    expect(asked).toHaveLength(1);
  });
});

describe('a listing is parted', () => {
  it('at hexadecimal digits and at the folders that are there', async () => {
    const { s3 } = bucketOf(['a/2026/x', 'a/2027/x', 'a/top']);

    const found = await boundariesOf(s3, 'b', 'a/');

    expect([found.length, found.includes('a/f'), found.slice(-2)]).toEqual([18, true, ['a/2026/', 'a/2027/']]);
  });

  it('not at all where one page holds it', async () => {
    const { s3 } = bucketOf(['a/1', 'a/2']);

    expect(await boundariesOf(s3, 'b', 'a/')).toEqual([]);
  });
});

it('bounds that are too many are thinned evenly', () => {
  expect(thinned([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([1, 3, 5, 7]);
});
