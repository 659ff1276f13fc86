/** Locations of sources, as a person writes them. */
import { describe, expect, test } from '@jest/globals';
import { folderBelow, parseLocation, type TransferableKind } from '../../../protocol/source-location.ts';

describe('a location', () => {
  test.each<[TransferableKind, string, object]>([
    ['nfs', '10.1.2.3:/', { host: '10.1.2.3', path: '/' }],
    ['smb', '//filer/c$', { host: 'filer', path: '/c$' }],
    ['hdfs', 'hdfs://a', { nameNodes: [{ host: 'a', port: 8020 }], path: '/' }],
    ['object-store', 'https://h/bucket', { protocol: 'HTTPS', port: 443, bucket: 'bucket', path: '/' }],
    [
      'azure-blob',
      'https://a.blob.core.windows.net/$root',
      { url: 'https://a.blob.core.windows.net/$root', path: '/' },
    ],
    ['s3', 'bucket', { bucket: 'bucket', path: '/' }],
    ['s3', 'arn:aws:s3:::bucket/in/2026', { bucket: 'bucket', path: '/in/2026' }],
    ['efs', 'fs-01234567', { fileSystem: 'fs-01234567', path: '/' }],
  ])('of kind %s may be %s', (kind, text, parts) => {
    expect(parseLocation(kind, text)).toMatchObject({ kind, ...parts });
  });

  test.each<[TransferableKind, string | undefined]>([
    ['nfs', 'filer/export'],
    ['smb', 'filer:/share'],
    ['hdfs', 'a:8020/data'],
    ['object-store', 'https://h/'],
    ['azure-blob', 'http://a.blob.core.windows.net/box'],
    ['s3', 'UPPER'],
    ['efs', 'fs-1'],
    ['nfs', undefined],
  ])('of kind %s may not be %s, and is answered with one that may', (kind, text) => {
    expect(() => parseLocation(kind, text)).toThrow(`is no location of kind ${kind}; write it like`);
  });
});

test.each([
  ['/export/lab', 'assays', '/export/lab/assays/'],
  ['/export/lab/', './2026/', '/export/lab/2026/'],
  ['/', '.', '/'],
  ['/in', '', '/in/'],
])('the folder below %s that is called %j is %s', (path, below, folder) => {
  expect(folderBelow(path, below)).toBe(folder);
});
