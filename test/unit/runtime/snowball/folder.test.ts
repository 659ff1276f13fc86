import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectFolder } from '../../../../runtime/snowball/folder.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'decant-'));
  await mkdir(join(root, 'a', 'deep'), { recursive: true });
  await writeFile(join(root, 'a', 'one.csv'), '1');
  await writeFile(join(root, 'a', 'deep', 'two.csv'), '22');
  await writeFile(join(root, 'large.bin'), '');
  await truncate(join(root, 'large.bin'), 2_000_000);
});
afterAll(() => rm(root, { recursive: true }));

describe('a folder', () => {
  test('is counted, with its small files', async () => {
    expect(await inspectFolder(root, 'share/archive/')).toMatchObject({ objects: 3, bytes: 2_000_003, small: 2 });
  });

  test('names keys that are too long with their prefix', async () => {
    const { tooLong } = await inspectFolder(root, 'x'.repeat(1015));

    expect(tooLong).toEqual(['a/deep/two.csv']);
  });

  test('names files above 5 TB', async () => {
    await writeFile(join(root, 'sparse.bin'), '');
    await truncate(join(root, 'sparse.bin'), 5_000_000_000_001);

    const { tooLarge } = await inspectFolder(root, '');

    await rm(join(root, 'sparse.bin'));
    expect(tooLarge).toEqual(['sparse.bin']);
  });

  test('that does not exist cannot be read', async () => {
    const { objects, unreadable } = await inspectFolder(join(root, 'nowhere'), '');

    expect([objects, unreadable.length]).toEqual([0, 1]);
  });
});

test('folders with more entries than a device likes are named, each with its own count', async () => {
  // Folders count as entries of the one above them, files do not count twice.
  const { crowded } = await inspectFolder(root, '', undefined, 1);

  expect(crowded).toEqual([
    { folder: 'a/', entries: 2 },
    { folder: '', entries: 2 },
  ]);
});
