import { describe, expect, it } from '@jest/globals';
import type { Listed } from '../../../../runtime/catalog/files.ts';
import { markOf, newFiles } from '../../../../runtime/embeddings/mark.ts';

const HOUR = 3600_000;
const now = new Date('2026-11-21T12:00:00Z');
const file = (key: string, hoursAgo: number, etag = 'a'): Listed => ({
  ...{ key, etag, size: 1 },
  modified: new Date(now.getTime() - hoursAgo * HOUR),
});
const later = new Date(now.getTime() + 2 * HOUR);
const keys = (files: readonly Listed[]): string[] => files.map((f) => f.key);

describe('files of a table', () => {
  const old = file('old', 100);
  const fresh = file('fresh', 1);
  const mark = markOf([old, fresh], ['smiles'], now);

  it('are all new without a mark', () => {
    expect(keys(newFiles([old, fresh], ['smiles'], undefined))).toEqual(['old', 'fresh']);
  });

  it('that a run has looked at are new no more', () => {
    expect(newFiles([old, fresh], ['smiles'], mark)).toEqual([]);
  });

  it('that came since are new', () => {
    expect(keys(newFiles([old, fresh, file('next', -1)], ['smiles'], mark))).toEqual(['next']);
  });

  it('whose upload began before the run and ended after it are new', () => {
    expect(keys(newFiles([old, fresh, file('slow', 5)], ['smiles'], mark))).toEqual(['slow']);
  });

  it('that were written anew under their key are new', () => {
    expect(keys(newFiles([old, file('fresh', -1, 'b')], ['smiles'], mark))).toEqual(['fresh']);
  });

  it('are all new when another column holds molecules', () => {
    expect(keys(newFiles([old, fresh], ['smiles', 'product'], mark))).toEqual(['old', 'fresh']);
  });

  it('are remembered by name for a day only, and by their age from then on', () => {
    const next = markOf([old, fresh], ['smiles'], new Date(later.getTime() + 24 * HOUR));

    expect(Object.keys(mark.files)).toEqual(['fresh']);
    expect(next.files).toEqual({});
    expect(newFiles([old, fresh], ['smiles'], next)).toEqual([]);
  });
});
