/** What a task writes of a sensitive dataset lies under the key of its class; the bucket's own key is for the rest. */
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { type ContractInput, Place } from './place.ts';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';
const sealed = { env: { SEALINGS: JSON.stringify({ [KEY]: { tables: ['assays'], datasets: ['assays'] } }) } };

const personal: ContractInput = {
  format: 'csv',
  sensitivity: 'personal',
  columns: [{ name: 'id', type: 'bigint', nullable: false }, { name: 'name' }],
};

/** Keys of a bucket under a prefix with the key that each object is encrypted with. */
async function keysOf(place: Place, bucket: keyof Place['buckets'], prefix = ''): Promise<(string | undefined)[]> {
  const found = await place.keys(bucket, prefix);
  expect(found.length).toBeGreaterThan(0);
  const heads = found.map((Key) => place.s3.send(new HeadObjectCommand({ Bucket: place.buckets[bucket], Key })));
  return (await Promise.all(heads)).map((h) => h.SSEKMSKeyId);
}

test('tables and raw payloads are sealed; reasons and results, which operators read, are not', async () => {
  const place = await Place.make(personal);
  const [shard = ''] = await place.pack([await place.put('a.csv', 'id,name\n1,Anna\nx,Berta\n')]);

  const { code } = await place.run({ shard }, sealed);

  expect(code).toBe(0);
  expect(new Set(await keysOf(place, 'transformed'))).toEqual(new Set([KEY]));
  expect(await keysOf(place, 'quarantine', 'payloads/')).toEqual([KEY]);
  expect(await keysOf(place, 'quarantine', 'reasons/')).not.toContain(KEY);
  expect(await keysOf(place, 'work', 'results/')).not.toContain(KEY);
});

test('deltas and snapshots of a merge are sealed', async () => {
  const place = await Place.make({ ...personal, tables: { assays: { keys: ['id'], mode: 'merge' } } });
  const [shard = ''] = await place.pack([await place.put('a.csv', 'id,name\n1,Anna\n')]);

  const { code } = await place.run({ shard }, sealed);

  expect(code).toBe(0);
  expect(await keysOf(place, 'work', 'deltas/')).toEqual([KEY]);
  expect(new Set(await keysOf(place, 'transformed'))).toEqual(new Set([KEY]));
});
