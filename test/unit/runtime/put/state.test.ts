import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutState, type Delivered } from '../../../../runtime/put/state.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'decant-state-'));
  file = join(folder, 'state.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const delivered: Delivered = { key: 'k', size: 1, mtimeMs: 2, ctimeMs: 3, sha256: 'aa', etag: '"e"' };

async function remember(...entries: Delivered[]): Promise<PutState> {
  const state = await PutState.open(file);
  for (const entry of entries) await state.record(entry);
  await state.close();
  return PutState.open(file);
}

test('what was delivered is known the next time', async () => {
  expect((await remember(delivered)).delivered('k')).toEqual(delivered);
});

test('a SHA-256 that is still to be stored is known until it is stored', async () => {
  const before = await remember({ ...delivered, toTag: 'v1' });
  const after = await remember(delivered);

  expect([before.delivered('k')?.toTag, after.delivered('k')?.toTag]).toEqual(['v1', undefined]);
});

test('a line that a crash cut short costs that line only', async () => {
  await writeFile(file, `${JSON.stringify(delivered)}\n{"key":"l","si`);

  const state = await remember({ ...delivered, key: 'm' });

  expect([state.delivered('k')?.key, state.delivered('l'), state.delivered('m')?.key]).toEqual(['k', undefined, 'm']);
});
