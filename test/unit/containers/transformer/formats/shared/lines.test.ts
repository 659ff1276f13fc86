import { describe, expect, test } from '@jest/globals';
import { linesOf } from '../../../../../../containers/transformer/formats/shared/lines.ts';

const MiB = 1024 ** 2;

async function* inChunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield await Promise.resolve(content.subarray(at, at + size));
}

describe('lines of a byte stream', () => {
  test('chunks of 1 to 64 bytes give the same lines', async () => {
    const content = Buffer.from('one\n\r\ntwo\r\nlonger than ten\n\nlast');
    const read = async (size: number) => {
      const found: unknown[] = [];
      for await (const l of linesOf(inChunks(content, size), { maxBytes: 10 }))
        found.push([l.offset, l.tooLong || l.bytes.toString(), l.terminated]);
      return found;
    };
    const whole = await read(1000);
    expect(whole).toEqual([
      [0, 'one', true],
      [4, '', true],
      [6, 'two', true],
      [11, true, true],
      [27, '', true],
      [28, 'last', false],
    ]);
    for (let size = 1; size <= 64; size++) expect([size, await read(size)]).toEqual([size, whole]);
  });

  test('a 100 MB line above the limit is not held in memory', async () => {
    let most = 0;
    async function* oneLine(): AsyncGenerator<Buffer> {
      const chunk = Buffer.alloc(MiB, 'x');
      for (let i = 0; i < 100; i++) {
        yield await Promise.resolve(chunk);
        most = Math.max(most, process.memoryUsage().arrayBuffers);
      }
      yield Buffer.from('\nnext');
    }
    const before = process.memoryUsage().arrayBuffers;
    const found: unknown[] = [];
    for await (const l of linesOf(oneLine(), { maxBytes: MiB })) found.push([l.offset, l.length, l.tooLong]);

    expect(found).toEqual([
      [0, 100 * MiB, true],
      [100 * MiB + 1, 4, false],
    ]);
    expect(most - before).toBeLessThan(20 * MiB);
  });
});
