/** One SDF record: the molecule block, and the properties behind it. */
import { isUtf8 } from 'node:buffer';
import { RecordError } from '../shared/rejects.ts';

const HEADER = /^>[^<]*<([^>]+)>[^<>]*$/;
const MOLBLOCK_END = /^M {2}END\s*$/;

export interface SdfContent {
  readonly title: string;
  readonly molblock: string;
  /** In file order; an empty value is null. */
  readonly properties: ReadonlyMap<string, string | null>;
  readonly ended: boolean;
}

function propertiesOf(lines: readonly string[]): Map<string, string | null> {
  const properties = new Map<string, string | null>();
  for (let i = 0; i < lines.length;) {
    const line = lines[i++] ?? '';
    if (line.trim() === '') continue;
    const name = line.startsWith('>') ? HEADER.exec(line)?.[1] : undefined;
    if (name === undefined)
      throw new RecordError('malformed_record', `line ${i} of the properties belongs to no property`);
    if (properties.has(name)) throw new RecordError('duplicate_key', `property "${name}" stands twice in the record`);
    const value: string[] = [];
    for (; i < lines.length && lines[i]?.trim() !== ''; i++) {
      const text = lines[i] ?? '';
      if (HEADER.test(text))
        throw new RecordError('malformed_record', `property "${name}" is not ended by a blank line`);
      value.push(text);
    }
    properties.set(name, value.length > 0 ? value.join('\n') : null);
  }
  return properties;
}

/** Takes a record's lines apart. Throws RecordError. */
export function sdfContent(lines: readonly Buffer[]): SdfContent {
  for (const line of lines) {
    if (!isUtf8(line)) throw new RecordError('invalid_encoding', 'the record is not valid UTF-8');
    if (line.includes(0)) throw new RecordError('nul_byte', 'the record holds a NUL byte');
  }
  const text = lines.map((line) => line.toString('utf8'));
  if (text.every((line) => line.trim() === '')) throw new RecordError('empty_record', 'the record is empty');
  const end = text.findIndex((line) => MOLBLOCK_END.test(line));
  const first = text.findIndex((line) => line.startsWith('>'));
  const molLines = end >= 0 ? end + 1 : first >= 0 ? first : text.length;
  return {
    title: text[0]?.trim() ?? '',
    molblock: `${text.slice(0, molLines).join('\n')}\n`,
    properties: propertiesOf(text.slice(molLines)),
    ended: end >= 0,
  };
}
