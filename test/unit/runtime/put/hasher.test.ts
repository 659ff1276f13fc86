import { expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { localHasher } from '../../../../runtime/put/hasher.ts';

const shared = (bytes: Uint8Array): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(bytes.length + 10);
  new Uint8Array(buffer).set(bytes);
  return buffer;
};

test('a part is hashed up to its size, over several slices', async () => {
  const bytes = randomBytes(600_000);

  const crc = await localHasher().add(shared(bytes), bytes.length);

  expect(crc).toBe(crc32(bytes));
});

test('the SHA-256 is that of all parts in their order', async () => {
  const bytes = randomBytes(600_000);
  const hasher = localHasher();

  await hasher.add(shared(bytes.subarray(0, 250_000)), 250_000);
  await hasher.add(shared(bytes.subarray(250_000)), 350_000);

  expect(await hasher.end()).toBe(createHash('sha256').update(bytes).digest('hex'));
});
