/** One JSON object → one staged row. */
import { isUtf8 } from 'node:buffer';
import type { Column, FormatOptions } from '../../../../protocol/contract.ts';
import { RecordError } from '../shared/rejects.ts';
import type { StageFile } from '../shared/stage-file.ts';
import { ObjectError } from '../staged.ts';
import { keyText, skipBlanks, skipObject, skipValue } from './scan.ts';

const NULL = Buffer.from('null');
/** `from` of the column that collects what the contract does not list. */
const REST = '*';

/** Bounds of the memory that the keys of the last record take. */
const MAX_KEPT_KEYS = 1000;
const MAX_KEPT_BYTES = 256;

/**
 * Takes records apart by a contract's columns. A text is itself, a number its own digits, a nested value its JSON text;
 * a column of type json takes every value as its JSON text.
 */
export class RecordReader {
  readonly names: readonly string[];
  /** Distinct keys that were left out, by `unlisted: ignore`; counted up to a bound. */
  readonly ignored = new Set<string>();
  readonly #byKey = new Map<string, number[]>();
  readonly #json: readonly boolean[];
  readonly #rest: number;
  readonly #unlisted: 'refuse' | 'ignore' | 'collect';
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** Keys by their place in the record, as they were last: records mostly look alike. */
  readonly #lastKeys: { readonly bytes: Uint8Array; readonly key: string }[] = [];

  constructor(columns: readonly Column[], options: FormatOptions) {
    this.names = columns.map((c) => c.name);
    this.#json = columns.map((c) => c.type === 'json');
    this.#unlisted = options.unlisted ?? 'refuse';
    this.#rest = this.#unlisted === 'collect' ? columns.findIndex((c) => c.from === REST) : -1;
    if (this.#unlisted === 'collect' && this.#rest < 0)
      throw new ObjectError(
        'column_missing',
        "unlisted: collect needs a column of type json with from: '*' in the contract",
      );
    columns.forEach((c, i) => {
      const key = c.from ?? c.name;
      if (i !== this.#rest) this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), i]);
    });
    this.#starts = new Int32Array(columns.length);
    this.#ends = new Int32Array(columns.length);
  }

  /** Stages the record in `bytes` (blanks around it allowed), or throws RecordError and stages nothing. */
  stage(bytes: Uint8Array, record: number, out: StageFile): void {
    if (!isUtf8(bytes)) throw new RecordError('invalid_encoding', 'the record is not valid UTF-8');
    const start = skipBlanks(bytes, 0);
    if (bytes[start] !== 0x7b) {
      if (start === bytes.length) throw new RecordError('malformed_record', 'a value is missing');
      this.#wholeValue(bytes, skipValue(bytes, start, 1));
      throw new RecordError('not_an_object', 'the JSON value is not an object');
    }
    const rest = this.#members(bytes, start);
    out.begin(record);
    for (let i = 0; i < this.names.length; i++) {
      const from = this.#starts[i] ?? -1;
      const to = this.#ends[i] ?? -1;
      if (i === this.#rest) out.text(rest.length ? `{${rest.join(',')}}` : null);
      else this.#cell(bytes, from, to, this.#json[i] === true, out);
    }
    out.end();
  }

  #members(bytes: Uint8Array, start: number): string[] {
    const rest: string[] = [];
    const seen = new Set<string>();
    this.#starts.fill(-1);
    let place = 0;
    const end = skipObject(bytes, start, 1, (keyStart, keyEnd, escaped, from, to) => {
      const key = this.#key(place++, bytes, keyStart, keyEnd, escaped);
      if (seen.has(key)) throw new RecordError('duplicate_key', `key "${key}" stands twice in the record`);
      seen.add(key);
      const columns = this.#byKey.get(key);
      if (!columns) return this.#unknown(bytes, key, keyStart, keyEnd, from, to, rest);
      for (const i of columns) {
        this.#starts[i] = from;
        this.#ends[i] = to;
      }
    });
    this.#wholeValue(bytes, end);
    return rest;
  }

  #key(place: number, bytes: Uint8Array, start: number, end: number, escaped: boolean): string {
    const last = this.#lastKeys[place];
    if (last?.bytes.length === end - start) {
      let i = 0;
      while (i < last.bytes.length && last.bytes[i] === bytes[start + i]) i++;
      if (i === last.bytes.length) return last.key;
    }
    const key = keyText(bytes, start, end, escaped);
    if (place < MAX_KEPT_KEYS && end - start < MAX_KEPT_BYTES)
      this.#lastKeys[place] = { bytes: bytes.slice(start, end), key };
    return key;
  }

  #unknown(
    bytes: Uint8Array,
    key: string,
    keyStart: number,
    keyEnd: number,
    from: number,
    to: number,
    rest: string[],
  ): void {
    if (this.#unlisted === 'refuse') throw new RecordError('unknown_key', `key "${key}" is not in the contract`);
    if (this.#unlisted === 'ignore') {
      if (this.ignored.size < 10_000) this.ignored.add(key);
      return;
    }
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    rest.push(`${view.toString('utf8', keyStart, keyEnd)}:${view.toString('utf8', from, to)}`);
  }

  #wholeValue(bytes: Uint8Array, end: number): void {
    if (skipBlanks(bytes, end) !== bytes.length)
      throw new RecordError('malformed_record', 'the record goes on after its value');
  }

  #cell(bytes: Uint8Array, from: number, to: number, json: boolean, out: StageFile): void {
    const first = bytes[from];
    if (from < 0 || first === 0x6e) out.json(NULL, 0, 4);
    else if (json || first === 0x7b || first === 0x5b)
      out.text(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
    else if (first === 0x22) out.json(bytes, from, to);
    else out.plain(bytes, from, to);
  }
}
