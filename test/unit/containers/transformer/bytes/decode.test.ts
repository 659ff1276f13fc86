import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDecoded, type DecodeOptions } from '../../../../../containers/transformer/formats/bytes/decode.ts';
import { openDuck } from '../../../../../runtime/sql/duckdb.ts';

const text = Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i},${Math.sin(i)}\n`).join(''));
/** 40 lines as the zstd tool writes them: with a checksum of the content. */
const checked = Buffer.from(
  'KLUv/QRY/QUAUs0cFKCloDkDHU8AcEeoiQgRy0Z/4RkCRxRnlijPDOUroVxXytRSLiLls6A8DVZmUY64kDl2fcz6NYReoTq1qFeYfiXpY+0c9oiJzjo+FeNngRcVp5Z43fAr4TPlLHlEcNo9Zd+ES2oqXZxPns6BAMFAQAEAAycgYNNIOg1IYYiUBaQoREoCUhAi5QApBqRknZS5ZI2UrJEya1JkTTRSZk2KrIlGyqyJRnQhGiLRZKJnkgllYp2JyGQenkez4QVW516V',
  'base64',
);
let folder = '';
let zstd: Buffer;

/** A frame written by DuckDB, with a content checksum of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'decode-'));
  const duck = await openDuck({ threads: 1, memoryMiB: 256, folder });
  await duck.connection.run(
    `COPY (SELECT i AS a, sin(i) AS b FROM range(20000) t(i)) TO '${folder}/x.zst' (FORMAT csv, HEADER false, COMPRESSION zstd)`,
  );
  duck.close();
  zstd = readFileSync(join(folder, 'x.zst'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function decode(bytes: Buffer, options: DecodeOptions = {}): Promise<Buffer | string> {
  const path = join(folder, 'object');
  writeFileSync(path, bytes);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of openDecoded(path, options)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

describe('gzip', () => {
  const gz = gzipSync(text);
  const cases: [string, Buffer, Buffer | string][] = [
    ['is decompressed', gz, text],
    ['of several members is read to the end', Buffer.concat([gz, gzipSync(''), gz]), Buffer.concat([text, text])],
    ['that lacks its last byte is truncated', gz.subarray(0, -1), 'truncated'],
    ['that lacks its trailer is truncated', gz.subarray(0, -8), 'truncated'],
    ['cut in half is truncated', gz.subarray(0, gz.length >> 1), 'truncated'],
    ['with a wrong CRC is corrupt', flipped(gz, gz.length - 8), 'corrupt'],
    ['with a flipped bit is corrupt', flipped(gz, gz.length >> 1), 'corrupt'],
    ['followed by garbage is corrupt', Buffer.concat([gz, Buffer.from('garbage')]), 'corrupt'],
    [
      'followed by zero padding is corrupt: a member may follow that zlib would not see',
      Buffer.concat([gz, Buffer.alloc(9)]),
      'corrupt',
    ],
    ['with padding between members is corrupt, not half read', Buffer.concat([gz, Buffer.alloc(9), gz]), 'corrupt'],
  ];
  test.each(cases)('%s', async (_, bytes, expected) => {
    expect(await decode(bytes)).toEqual(expected);
  });
});

describe('zstd', () => {
  const cases: [string, (z: Buffer) => Buffer, string][] = [
    ['that lacks its last byte is truncated', (z) => z.subarray(0, -1), 'truncated'],
    ['cut in half is truncated', (z) => z.subarray(0, z.length >> 1), 'truncated'],
    ['followed by garbage is corrupt', (z) => Buffer.concat([z, Buffer.from('garbage')]), 'corrupt'],
  ];
  test.each(cases)('%s', async (_, damage, expected) => {
    expect(await decode(damage(zstd))).toBe(expected);
  });

  test.each([100, checked.length - 1])('with a flipped bit in byte %i is corrupt', async (at) => {
    expect([String(await decode(checked)).slice(0, 10), await decode(flipped(checked, at))]).toEqual([
      '1,value 1\n',
      'corrupt',
    ]);
  });

  test('of several frames is read to the end', async () => {
    const one = await decode(zstd);
    const two = await decode(Buffer.concat([zstd, zstd]));

    expect([String(one).split('\n').length, two]).toEqual([20_001, Buffer.concat([one as Buffer, one as Buffer])]);
  });

  test('a damaged frame leaves no trace in the decoder: the next one is read', async () => {
    for (let i = 0; i < 50; i++) await decode(flipped(checked, checked.length - 1));

    expect(String(await decode(zstd)).slice(0, 4)).toBe('0,0.');
  });
});

test.each([['gzip'], ['zstd'], ['auto']] as const)(
  'an object of 0 bytes is empty, also where %s is expected',
  async (compression) => {
    expect(await decode(Buffer.alloc(0), { compression })).toBe('empty_object');
  },
);

test('the first bytes decide, not the name: plain text where gzip is required is refused', async () => {
  expect(await decode(text, { compression: 'gzip' })).toBe('wrong_format');
});

describe('a bomb', () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 ** 2));
  test('is stopped by its ratio', async () => {
    expect(await decode(bomb, { maxExpansionRatio: 100 })).toBe('expands_too_far');
  });
  test('is stopped by its size', async () => {
    expect(await decode(bomb, { maxExpandedBytes: 1024 ** 2 })).toBe('expands_too_far');
  });
  test('of zstd is stopped', async () => {
    expect(await decode(zstd, { maxExpandedBytes: 1000 })).toBe('expands_too_far');
  });
  test('larger than the disk is too large', async () => {
    expect(await decode(bomb, { scratchBytes: 1024 ** 2 })).toBe('too_large');
  });
});

describe('encodings', () => {
  const words = 'Zürich, µg €, 😀\n';
  const le = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(words, 'utf16le')]);
  const be = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(words, 'utf16le').swap16()]);
  const cases: [string, Buffer, DecodeOptions, string][] = [
    ['UTF-16 LE by its mark', le, {}, words],
    ['UTF-16 BE by its mark', be, {}, words],
    ['UTF-16 LE without a mark', le.subarray(2), { encoding: 'utf-16' }, words],
    ['UTF-16 BE without a mark', be.subarray(2), { encoding: 'utf-16' }, words],
    ['a UTF-8 mark is no text', Buffer.from(`\ufeff${words}`), {}, words],
    ['latin-1', Buffer.from('Z\u00fcrich \u0080', 'latin1'), { encoding: 'latin-1' }, 'Zürich \u0080'],
    ['windows-1252', Buffer.from([0x80, 0x95, 0xfc]), { encoding: 'windows-1252' }, '€•ü'],
  ];
  test.each(cases)('%s', async (_, bytes, options, expected) => {
    expect(String(await decode(bytes, options))).toBe(expected);
  });
  test.each([1, 2, 3, 5, 7])('UTF-16 in chunks of %i bytes', async (chunkBytes) => {
    expect(String(await decode(be, { chunkBytes }))).toBe(words);
  });
  test('half characters of UTF-16 come out invalid, so that the record is refused', async () => {
    const bytes = (await decode(Buffer.concat([le, Buffer.from([0x3d, 0xd8, 0x41])]))) as Buffer;

    expect([bytes.includes(Buffer.from([0xed, 0xa0, 0xbd])), bytes.at(-1)]).toEqual([true, 0xff]);
  });
});
