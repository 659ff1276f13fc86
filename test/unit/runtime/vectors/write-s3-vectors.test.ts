import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../../../runtime/vectors/pace.ts';
import { batchOf, S3VectorsWriter, type VectorRow } from '../../../../runtime/vectors/write-s3-vectors.ts';
import { FakeS3Vectors } from './fake-s3-vectors.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };
/** Of a clock that stands still, a pace that never waits. */
const unpaced = new Pace(Number.MAX_SAFE_INTEGER, clock);

async function* rows(count: number): AsyncGenerator<VectorRow> {
  for (let i = 0; i < count; i++) {
    await Promise.resolve();
    yield { molecule_key: `k${i}`, canonical_smiles: 'C', inchikey: undefined, vector: Float32Array.of(1, i) };
  }
}
const writer = (fake: FakeS3Vectors, slept: number[] = []): S3VectorsWriter =>
  new S3VectorsWriter(
    { client: fake.client, bucket: 'b', index: 'i', dimension: 2 },
    { pace: unpaced, random: () => 1, sleep: (ms) => Promise.resolve(slept.push(ms)) },
  );

describe('writing vectors', () => {
  it('sends 500 at a time, and the rest', async () => {
    const fake = new FakeS3Vectors(2);

    expect(await writer(fake).write(rows(1203))).toBe(1203);
    expect(fake.requests).toEqual([500, 500, 203]);
  });

  it('sends fewer where 500 would pass 20 MiB', () => {
    expect([batchOf(64), batchOf(384), batchOf(4096)]).toEqual([500, 500, 264]);
    expect(batchOf(4096) * 4096 * 15).toBeLessThan(20 * 2 ** 20);
  });

  it('waits longer and longer while there are too many requests, and loses none', async () => {
    const fake = new FakeS3Vectors(2);
    fake.busy = 3;
    const slept: number[] = [];

    await writer(fake, slept).write(rows(10));

    expect(fake.vectors.size).toBe(10);
    expect(slept).toEqual([400, 800, 1600]);
  });

  it('gives up at the twentieth refusal', async () => {
    const fake = new FakeS3Vectors(2);
    fake.busy = 100;

    await expect(writer(fake).write(rows(1))).rejects.toThrow('slow down');
    expect(fake.busy).toBe(80);
  });

  it('does not try again what is wrong', async () => {
    const fake = new FakeS3Vectors(3);

    await expect(writer(fake).write(rows(1))).rejects.toThrow('dimension');
  });

  it('leaves one vector of a key that is written twice', async () => {
    const fake = new FakeS3Vectors(2);
    await writer(fake).write(rows(5));
    await writer(fake).write(rows(5));

    expect(fake.vectors.size).toBe(5);
  });
});
