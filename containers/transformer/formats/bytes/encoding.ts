/** Text encodings to UTF-8, on the fly. What cannot be told in the source encoding becomes invalid UTF-8, so that a reader's check of each record finds it. */
import type { FormatOptions } from '../../../../protocol/contract.ts';

export type Encoding = NonNullable<FormatOptions['encoding']>;
/** As found in the bytes: a byte order mark beats what the contract says. */
export type FoundEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1' | 'windows-1252';

export interface EncodingFound {
  readonly encoding: FoundEncoding;
  /** Bytes of the byte order mark. */
  readonly bomBytes: number;
}

/** Looks at the first bytes of the decompressed data. `head` needs 4 bytes where there are so many. */
export function findEncoding(head: Uint8Array, declared: Encoding | undefined): EncodingFound {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', bomBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  // Without a mark: the first character of a table is nearly always below U+0100, which leaves one of two bytes zero.
  if (declared === 'utf-16') return { encoding: a === 0 && b !== 0 ? 'utf-16be' : 'utf-16le', bomBytes: 0 };
  return { encoding: declared ?? 'utf-8', bomBytes: 0 };
}

/** An odd last byte of UTF-16, and anything else that is half a character: never valid in UTF-8. */
const BROKEN = Buffer.from([0xff]);

/** A lone surrogate in the three bytes that UTF-8 forbids. */
function lone(unit: number): Buffer {
  return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
}

function fromUtf16(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const pieces: Buffer[] = [];
  for (const character of text)
    pieces.push(character.isWellFormed() ? Buffer.from(character, 'utf8') : lone(character.charCodeAt(0)));
  return Buffer.concat(pieces);
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit < 0xdc00;

async function* utf16(source: AsyncIterable<Buffer>, bigEndian: boolean): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = held.length ? Buffer.concat([held, chunk]) : chunk;
    let end = bytes.length & ~1;
    if (end >= 2 && isHighSurrogate(bigEndian ? bytes.readUInt16BE(end - 2) : bytes.readUInt16LE(end - 2))) end -= 2;
    const whole = Buffer.from(bytes.subarray(0, end));
    held = Buffer.from(bytes.subarray(end));
    if (end) yield fromUtf16((bigEndian ? whole.swap16() : whole).toString('utf16le'));
  }
  if (held.length >= 2) yield lone(bigEndian ? held.readUInt16BE(0) : held.readUInt16LE(0));
  if (held.length % 2) yield BROKEN;
}

const isAscii = (bytes: Buffer): boolean => {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) > 0x7f) return false;
  return true;
};

async function* singleByte(source: AsyncIterable<Buffer>, decode: (bytes: Buffer) => string): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield isAscii(chunk) ? chunk : Buffer.from(decode(chunk), 'utf8');
}

/** 0x80 to 0x9f of windows-1252, as the WHATWG encoding standard has them. Not TextDecoder: in Node 20 its windows-1252 is latin-1. */
const windows =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
const fromWindows = (control: string): string => windows[control.charCodeAt(0) - 0x80] ?? control;

/** The source as UTF-8, without its byte order mark. UTF-8 passes as it is: readers check it record by record. */
export function toUtf8(source: AsyncIterable<Buffer>, found: EncodingFound): AsyncIterable<Buffer> {
  const text = skip(source, found.bomBytes);
  switch (found.encoding) {
    case 'utf-8':
      return text;
    case 'utf-16le':
    case 'utf-16be':
      return utf16(text, found.encoding === 'utf-16be');
    case 'latin-1':
      return singleByte(text, (bytes) => bytes.toString('latin1'));
    case 'windows-1252':
      return singleByte(text, (bytes) => bytes.toString('latin1').replace(/[\x80-\x9f]/g, fromWindows));
  }
}

async function* skip(source: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left ? chunk.subarray(left) : chunk;
      left = 0;
    }
  }
}
