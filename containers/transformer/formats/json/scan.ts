/** Strict JSON (RFC 8259) over bytes. Nothing is converted: numbers of any length and texts stay as they are written. */
import { RecordError } from '../shared/rejects.ts';

/** Deeper values come from attacks and broken serialisers; readers downstream give up near 1,000. */
export const MAX_DEPTH = 100;

const malformed = (message: string): RecordError => new RecordError('malformed_record', message);
const isBlank = (b: number | undefined): boolean => b === 0x20 || b === 0x0a || b === 0x0d || b === 0x09;
const isDigit = (b: number | undefined): boolean => b !== undefined && b >= 0x30 && b <= 0x39;
const show = (b: Uint8Array, at: number): string => {
  const code = b[at];
  if (code === undefined) return 'the end';
  return code > 0x20 && code < 0x7f ? `"${String.fromCharCode(code)}"` : `byte 0x${code.toString(16).padStart(2, '0')}`;
};

export function skipBlanks(b: Uint8Array, at: number): number {
  while (isBlank(b[at])) at++;
  return at;
}

/** Index after the string that begins at `at`. `escaped.any` tells whether it holds an escape. */
export function skipString(b: Uint8Array, at: number, escaped?: { any: boolean }): number {
  for (let i = at + 1; ;) {
    const c = b[i];
    if (c === undefined) throw malformed('a text is not closed');
    if (c === 0x22) return i + 1;
    if (c < 0x20)
      throw c === 0
        ? new RecordError('nul_byte', 'a text holds a NUL byte')
        : malformed(`a text holds the control character 0x${c.toString(16).padStart(2, '0')}`);
    if (c !== 0x5c) {
      i++;
      continue;
    }
    if (escaped) escaped.any = true;
    i = skipEscape(b, i);
  }
}

function skipEscape(b: Uint8Array, at: number): number {
  const kind = b[at + 1];
  if (kind !== 0x75) {
    if (kind === undefined || !'"\\/bfnrt'.includes(String.fromCharCode(kind)))
      throw malformed(`\\ is followed by ${show(b, at + 1)}`);
    return at + 2;
  }
  const unit = hex4(b, at + 2);
  if (unit === 0) throw new RecordError('nul_byte', 'a text holds \\u0000');
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  if (unit > 0xdbff || b[at + 6] !== 0x5c || b[at + 7] !== 0x75)
    throw new RecordError('invalid_encoding', 'a text holds a lone surrogate');
  const low = hex4(b, at + 8);
  if (low < 0xdc00 || low > 0xdfff) throw new RecordError('invalid_encoding', 'a text holds a lone surrogate');
  return at + 12;
}

function hex4(b: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = Number.parseInt(String.fromCharCode(b[i] ?? 0), 16);
    if (Number.isNaN(digit)) throw malformed('\\u is not followed by four hexadecimal digits');
    value = value * 16 + digit;
  }
  return value;
}

function skipNumber(b: Uint8Array, at: number): number {
  let i = at;
  const digits = (): void => {
    if (!isDigit(b[i])) throw malformed(`a number goes on with ${show(b, i)}`);
    while (isDigit(b[i])) i++;
  };
  if (b[i] === 0x2d) i++;
  if (b[i] === 0x30) i++;
  else digits();
  if (b[i] === 0x2e) {
    i++;
    digits();
  }
  if (b[i] === 0x65 || b[i] === 0x45) {
    i++;
    if (b[i] === 0x2b || b[i] === 0x2d) i++;
    digits();
  }
  return i;
}

const words: readonly (readonly [number, Uint8Array])[] = ['true', 'false', 'null'].map(
  (w) => [w.charCodeAt(0), Buffer.from(w)] as const,
);

/** Index after the text, number or word that begins at `at`. */
export function skipScalar(b: Uint8Array, at: number): number {
  const first = b[at];
  if (first === 0x22) return skipString(b, at);
  if (first === 0x2d || isDigit(first)) return skipNumber(b, at);
  for (const [letter, word] of words) {
    if (first === letter && word.every((c, i) => b[at + i] === c)) return at + word.length;
  }
  throw malformed(`a value cannot begin with ${show(b, at)}`);
}

/** What the walk of an object is told of each member; indexes into the bytes. */
export type OnMember = (
  keyStart: number,
  keyEnd: number,
  keyEscaped: boolean,
  valueStart: number,
  valueEnd: number,
) => void;

const keyText = (b: Uint8Array, start: number, end: number, escaped: boolean): string => {
  const text = Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('utf8');
  // A key alone, without numbers: the one place where the built-in parser loses nothing.
  return escaped ? (JSON.parse(text) as string) : text.slice(1, -1);
};
export { keyText };

/** Index after the object that begins at `at`. Keys are unique on every level. */
export function skipObject(b: Uint8Array, at: number, depth: number, onMember?: OnMember): number {
  if (depth > MAX_DEPTH) throw new RecordError('nested_too_deep', `a value is nested deeper than ${MAX_DEPTH} levels`);
  const escaped = { any: false };
  const seen = onMember ? undefined : new Set<string>();
  let i = skipBlanks(b, at + 1);
  if (b[i] === 0x7d) return i + 1;
  for (;;) {
    if (b[i] !== 0x22) throw malformed(`a key is expected, not ${show(b, i)}`);
    escaped.any = false;
    const keyStart = i;
    const keyEnd = skipString(b, i, escaped);
    if (seen) {
      const key = keyText(b, keyStart, keyEnd, escaped.any);
      if (seen.has(key)) throw new RecordError('duplicate_key', `key "${key}" stands twice in one object`);
      seen.add(key);
    }
    i = skipBlanks(b, keyEnd);
    if (b[i] !== 0x3a) throw malformed(`":" is expected after a key, not ${show(b, i)}`);
    const valueStart = skipBlanks(b, i + 1);
    const valueEnd = skipValue(b, valueStart, depth + 1);
    onMember?.(keyStart, keyEnd, escaped.any, valueStart, valueEnd);
    i = skipBlanks(b, valueEnd);
    if (b[i] === 0x7d) return i + 1;
    if (b[i] !== 0x2c) throw malformed(`"," or "}" is expected, not ${show(b, i)}`);
    i = skipBlanks(b, i + 1);
  }
}

function skipArray(b: Uint8Array, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new RecordError('nested_too_deep', `a value is nested deeper than ${MAX_DEPTH} levels`);
  let i = skipBlanks(b, at + 1);
  if (b[i] === 0x5d) return i + 1;
  for (;;) {
    i = skipBlanks(b, skipValue(b, i, depth + 1));
    if (b[i] === 0x5d) return i + 1;
    if (b[i] !== 0x2c) throw malformed(`"," or "]" is expected, not ${show(b, i)}`);
    i = skipBlanks(b, i + 1);
  }
}

/** Index after the value that begins at `at`; `depth` counts the values around it, from 1. */
export function skipValue(b: Uint8Array, at: number, depth: number): number {
  if (b[at] === 0x7b) return skipObject(b, at, depth);
  if (b[at] === 0x5b) return skipArray(b, at, depth);
  return skipScalar(b, at);
}
