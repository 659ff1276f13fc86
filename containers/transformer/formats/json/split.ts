/**
 * Cuts a JSON document into its records, in bounded memory: the elements of an array (the root, or where a JSON Pointer
 * points), or values one after the other. Only quotes and brackets are looked at; what a record holds is judged later.
 */
import { ObjectError } from '../staged.ts';
import { keyText } from './scan.ts';
import { Window } from './window.ts';

export interface Piece {
  /** 0-based offset of the first byte. */
  readonly offset: number;
  readonly length: number;
  /** The record's text, valid until the next piece is asked for; empty when it is longer than the limit. */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  /** The structure around the record is broken here: nothing after it can be read. */
  readonly broken?: string;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** A longer key on the way to the array is no key that a pointer names. */
const MAX_KEY_BYTES = 64 * 1024;

type Stop = 'element' | 'member' | 'value' | 'end';

/** How far a value has been looked at. */
class Walk {
  depth = 0;
  inString = false;
  escaped = false;
  /** A text, number or word has begun outside every container. */
  scalar = false;

  /** Whether the value ends before this byte. */
  endsBefore(c: number, stop: Stop): boolean {
    if (stop === 'end' || this.inString || this.depth > 0) return false;
    if (stop === 'element') return c === COMMA || c === CLOSE_ARRAY;
    if (stop === 'member') return c === COMMA || c === CLOSE_OBJECT;
    return (
      this.scalar && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09 || c === OPEN_ARRAY || c === OPEN_OBJECT)
    );
  }

  /** Takes the byte in. True when a container just ended. */
  take(c: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (c === BACKSLASH) this.escaped = true;
      else if (c === QUOTE) this.inString = false;
      return false;
    }
    if (c === QUOTE) this.inString = true;
    else if (c === OPEN_ARRAY || c === OPEN_OBJECT) this.depth++;
    else if ((c === CLOSE_ARRAY || c === CLOSE_OBJECT) && this.depth > 0) return --this.depth === 0;
    if (this.depth === 0) this.scalar = true;
    return false;
  }
}

/** Reads on until `stop`; the window then stands behind the piece. `closed`: it ended by itself, not with the stream. */
async function pieceOf(w: Window, stop: Stop, maxBytes: number): Promise<Piece & { closed: boolean }> {
  const offset = w.offset;
  const walk = new Walk();
  let start = w.at;
  let dropped = false;
  const piece = (closed: boolean): Piece & { closed: boolean } => {
    const length = w.offset - offset;
    const tooLong = dropped || length > maxBytes;
    return { offset, length, tooLong, closed, bytes: tooLong ? Buffer.alloc(0) : w.buffer.subarray(start, w.at) };
  };
  for (;;) {
    const { buffer, end } = w;
    let i = w.at;
    for (; i < end; i++) {
      const c = buffer[i] ?? 0;
      if (walk.endsBefore(c, stop)) {
        w.at = i;
        return piece(true);
      }
      if (walk.take(c) && stop === 'value') {
        w.at = i + 1;
        return piece(true);
      }
    }
    w.at = end;
    dropped ||= end - start > maxBytes;
    const keep = dropped ? end : start;
    // A number or word may end with the stream; an open container or text may not.
    if (!(await w.more(keep))) return piece(stop === 'value' && walk.depth === 0 && !walk.inString);
    start -= keep;
  }
}

const broken = async (w: Window, why: string, maxBytes: number): Promise<Piece> => ({
  ...(await pieceOf(w, 'end', maxBytes)),
  broken: why,
});

async function* elements(w: Window, levels: number, maxBytes: number): AsyncGenerator<Piece> {
  w.at++;
  if ((await w.peekInk()) === CLOSE_ARRAY) w.at++;
  else {
    for (;;) {
      if ((await w.peekInk()) === undefined) {
        yield broken(w, 'the array is not closed', maxBytes);
        return;
      }
      const piece = await pieceOf(w, 'element', maxBytes);
      yield piece.closed ? piece : { ...piece, broken: 'the document ends within a record' };
      if (!piece.closed) return;
      const next = await w.peek();
      w.at++;
      if (next === CLOSE_ARRAY) break;
    }
  }
  const tail = w.offset;
  for (let depth = levels, walk = new Walk(); depth > 0; w.at++) {
    const c = await w.peek();
    if (c === undefined) {
      yield {
        offset: tail,
        length: w.offset - tail,
        bytes: Buffer.alloc(0),
        tooLong: false,
        broken: 'the document ends behind the array, before its last "}"',
      };
      return;
    }
    if (!walk.inString && walk.depth === 0 && c === CLOSE_OBJECT) depth--;
    else walk.take(c);
  }
  if ((await w.peekInk()) !== undefined) yield broken(w, 'text after the end of the document', maxBytes);
}

async function* values(w: Window, maxBytes: number): AsyncGenerator<Piece> {
  while ((await w.peekInk()) !== undefined) {
    const piece = await pieceOf(w, 'value', maxBytes);
    yield piece.closed ? piece : { ...piece, broken: 'the document ends within a record' };
  }
}

/** Goes down the objects that the pointer names, to the `[` of the array. */
async function descend(w: Window, pointer: string): Promise<number> {
  const path = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = (why: string): ObjectError =>
    new ObjectError('wrong_format', `no array of records at ${pointer}: ${why}`);
  for (const token of path) {
    if ((await w.peekInk()) !== OPEN_OBJECT) throw missing(`what holds "${token}" is not an object`);
    w.at++;
    for (;;) {
      const c = await w.peekInk();
      if (c === undefined) throw new ObjectError('truncated', `the document ends before ${pointer}`);
      if (c !== QUOTE) throw missing(`key "${token}" is not there`);
      if ((await keyAt(w)) === token) break;
      await pieceOf(w, 'member', 0);
      if ((await w.peek()) === COMMA) w.at++;
    }
  }
  const c = await w.peekInk();
  if (c !== OPEN_ARRAY)
    throw c === undefined
      ? new ObjectError('truncated', `the document ends before ${pointer}`)
      : missing('the value there is not an array');
  return path.length;
}

/** The key that begins here; the window then stands behind its colon. */
async function keyAt(w: Window): Promise<string> {
  let escaped = false;
  for (let i = w.at + 1; ; i++) {
    while (i >= w.end) {
      if (w.end - w.at > MAX_KEY_BYTES) throw new ObjectError('wrong_format', 'a key of the document has no end');
      const keep = w.at;
      if (!(await w.more(keep))) throw new ObjectError('truncated', 'the document ends within a key');
      i -= keep;
    }
    if (w.buffer[i] === BACKSLASH) {
      escaped = true;
      i++;
    } else if (w.buffer[i] === QUOTE) {
      const key = keyText(w.buffer, w.at, i + 1, escaped);
      w.at = i + 1;
      if ((await w.peekInk()) !== COLON) throw new ObjectError('wrong_format', `no ":" after key "${key}"`);
      w.at++;
      return key;
    }
  }
}

/** The records of a document. Throws ObjectError when there is no document or no array of records in it. */
export async function* piecesOf(
  stream: AsyncIterable<Uint8Array>,
  { pointer, maxBytes }: { pointer?: string | undefined; maxBytes: number },
): AsyncGenerator<Piece> {
  const w = new Window(stream);
  while (w.end < 3 && (await w.more(0)));
  if (w.buffer[0] === 0xef && w.buffer[1] === 0xbb && w.buffer[2] === 0xbf) w.at = 3;
  const first = await w.peekInk();
  if (first === undefined) return;
  if (first !== OPEN_ARRAY && first !== OPEN_OBJECT)
    throw new ObjectError('wrong_format', 'the document begins neither with "{" nor with "["');
  if (pointer) yield* elements(w, await descend(w, pointer), maxBytes);
  else if (first === OPEN_ARRAY) yield* elements(w, 0, maxBytes);
  else yield* values(w, maxBytes);
}
