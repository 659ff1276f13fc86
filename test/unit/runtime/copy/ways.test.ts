import { describe, expect, it } from '@jest/globals';
import type { CopyRoute } from '../../../../protocol/copy.ts';
import type { SourceObject } from '../../../../runtime/copy/source.ts';
import { isThere, wayOf } from '../../../../runtime/copy/ways.ts';

const route: CopyRoute = {
  dataset: 'assays',
  source: 'partner',
  bucket: 'bucket',
  sourcePrefix: 'assays/',
  targetPrefix: 'partner/assays/',
  batchPrefix: 'partner',
};
const object = (more: Partial<SourceObject> = {}): SourceObject => ({
  key: 'assays/a.csv',
  size: 10,
  etag: 'e1',
  at: '2026-11-01T00:00:00.000Z',
  storageClass: 'STANDARD',
  ...more,
});

describe('the way of an object', () => {
  it.each<[string, Partial<SourceObject>, string]>([
    ['of 5 GB', { size: 5_000_000_000 }, 'batch'],
    ['of a byte more than 5 GB', { size: 5_000_000_001 }, 'parts'],
    ['of 40 TB', { size: 40e12 }, 'parts'],
    ['of 0 bytes', { size: 0 }, 'batch'],
    ['that marks a folder', { key: 'assays/2026/', size: 0 }, 'batch'],
    ['that marks the folder itself', { key: 'assays/', size: 0 }, 'marker'],
    ['under the folder’s own key, with bytes', { key: 'assays/', size: 5 }, 'refused'],
    ['outside of the folder', { key: 'assay', size: 5 }, 'refused'],
    ['that is a delete marker', { marker: true }, 'marker'],
    ['in Glacier', { storageClass: 'GLACIER' }, 'restore'],
    ['in Deep Archive', { storageClass: 'DEEP_ARCHIVE', size: 6e9 }, 'restore'],
    ['in Glacier, while it is restored', { storageClass: 'GLACIER', restored: false }, 'restore'],
    ['in Glacier, restored', { storageClass: 'GLACIER', restored: true }, 'batch'],
    ['in Glacier Instant Retrieval', { storageClass: 'GLACIER_IR' }, 'batch'],
    ['of a class that nobody knows', { storageClass: 'SOMETHING_NEW' }, 'batch'],
    ['under a key of 1,024 bytes in raw', { key: `assays/${'x'.repeat(1009)}` }, 'batch'],
    ['under a key of 1,025 bytes in raw', { key: `assays/${'x'.repeat(1010)}` }, 'refused'],
    ['under a key of 1,025 bytes of fewer characters', { key: `assays/${'ü'.repeat(505)}` }, 'refused'],
    ['with SSE-C', { encryption: 'SSE-C' }, 'refused'],
  ])('%s', (_what, more, way) => {
    expect(wayOf(object(more), route).way).toBe(way);
  });

  it('is a copy of our own where keys must be renamed, in parts where it is large', () => {
    const renamed = { ...route, batchPrefix: undefined };

    expect([10, 6e9].map((size) => wayOf(object({ size }), renamed).way)).toEqual(['single', 'parts']);
  });

  it('is none for an object that is in raw already', () => {
    expect(wayOf(object({ storageClass: 'GLACIER' }), route, object()).way).toBe('unchanged');
  });
});

describe('an object is in raw already', () => {
  it.each<[string, Partial<SourceObject>, boolean]>([
    ['with the same ETag', { etag: 'e1', at: '2026-10-01T00:00:00.000Z' }, true],
    ['re-encrypted, and written after it', { etag: 'e2', at: '2026-11-02T00:00:00.000Z' }, true],
    ['not when it is older', { etag: 'e2', at: '2026-10-31T00:00:00.000Z' }, false],
    ['not when it is of the same second, which listings cannot order', { etag: 'e2' }, false],
    ['not when it has another size', { etag: 'e2', size: 11, at: '2026-11-02T00:00:00.000Z' }, false],
  ])('%s', (_what, there, is) => {
    expect(isThere(object(), object(there))).toBe(is);
  });
});
