/** The entries of a workbook's ZIP container, inflated under caps: declared sizes are not believed. */
import { crc32, createInflateRaw } from 'node:zlib';
import type { FormatOptions } from '../../../../protocol/contract.ts';
import { ObjectError } from '../staged.ts';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENCRYPTED_FLAG = 1;
const [STORED, DEFLATED] = [0, 8];

const GiB = 1024 ** 3;
/** A sheet of a million rows and 30 columns has about 1.5 GB of XML. */
const MAX_EXPANDED_BYTES = 8 * GiB;
/** Sheets compress 10 to 40 times; repeated rows some more. */
const MAX_EXPANSION_RATIO = 200;
const RATIO_FREE_BYTES = 64 * 1024 ** 2;
/** These are held in memory whole while the sheets go by. */
const MAX_WHOLE_BYTES = 256 * 1024 ** 2;

interface Entry {
  readonly method: number;
  readonly flags: number;
  readonly crc: number;
  readonly size: number;
  readonly header: number;
}

const corrupt = (message: string): ObjectError => new ObjectError('corrupt', `the workbook is damaged: ${message}`);

export class Zip {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly #bytes: Buffer;
  readonly #most: number;
  readonly #ratio: number;

  /** Throws ObjectError `truncated` or `corrupt`. */
  constructor(bytes: Buffer, options: FormatOptions) {
    this.#bytes = bytes;
    this.#most = options.maxExpandedBytes ?? MAX_EXPANDED_BYTES;
    this.#ratio = options.maxExpansionRatio ?? MAX_EXPANSION_RATIO;
    this.entries = directory(bytes);
  }

  /** Inflates an entry in chunks. Throws ObjectError `corrupt`, `encrypted` or `expands_too_far`. */
  async *chunks(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw corrupt(`${name} is missing`);
    if (entry.flags & ENCRYPTED_FLAG) throw new ObjectError('encrypted', 'the workbook is protected by a password');
    let crc = 0;
    let total = 0;
    for await (const chunk of this.#inflate(name, entry)) {
      total += chunk.length;
      const tooWide = total > RATIO_FREE_BYTES && total > this.#ratio * entry.size;
      if (total > this.#most || tooWide)
        throw new ObjectError(
          'expands_too_far',
          `${name} grows beyond ${tooWide ? `${this.#ratio} times its size` : `${this.#most} bytes`}`,
        );
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (crc !== entry.crc) throw corrupt(`${name} fails its checksum`);
  }

  /** Goes through an entry and keeps nothing: damage and bombs show before anybody holds the data. */
  async check(name: string, mostBytes = Infinity): Promise<void> {
    let total = 0;
    for await (const chunk of this.chunks(name)) {
      total += chunk.length;
      if (total > mostBytes) throw new ObjectError('expands_too_far', `${name} has more than ${mostBytes} bytes`);
    }
  }

  /** A small entry as text. */
  async text(name: string): Promise<string> {
    await this.check(name, MAX_WHOLE_BYTES);
    const pieces: Buffer[] = [];
    for await (const chunk of this.chunks(name)) pieces.push(chunk);
    return Buffer.concat(pieces).toString('utf8');
  }

  async *#inflate(name: string, { method, header, size }: Entry): AsyncGenerator<Buffer> {
    if (header + 30 > this.#bytes.length || this.#bytes.readUInt32LE(header) !== LOCAL_SIGNATURE)
      throw corrupt(`${name} has no header`);
    const start = header + 30 + this.#bytes.readUInt16LE(header + 26) + this.#bytes.readUInt16LE(header + 28);
    const data = this.#bytes.subarray(start, start + size);
    if (data.length < size) throw new ObjectError('truncated', `${name} ends too early`);
    if (method === STORED) return yield* [data];
    if (method !== DEFLATED) throw corrupt(`${name} is compressed by an unknown method`);
    const inflate = createInflateRaw({ chunkSize: 1 << 18 });
    inflate.end(data);
    try {
      for await (const chunk of inflate) yield chunk as Buffer;
    } catch (error) {
      throw new ObjectError('corrupt', `the workbook is damaged: ${name} cannot be decompressed`, { cause: error });
    } finally {
      inflate.destroy();
    }
  }
}

function directory(bytes: Buffer): Map<string, Entry> {
  let end = bytes.length - END_BYTES;
  const lowest = Math.max(0, end - MAX_COMMENT_BYTES);
  while (end >= lowest && bytes.readUInt32LE(end) !== END_SIGNATURE) end--;
  if (end < lowest || bytes.length < END_BYTES)
    throw new ObjectError('truncated', 'the workbook ends before its directory');
  const entries = new Map<string, Entry>();
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) throw corrupt('its directory is broken');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes);
    entries.set(name.replace(/^\//, ''), {
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      size: bytes.readUInt32LE(at + 20),
      header: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
export { MAX_WHOLE_BYTES };
