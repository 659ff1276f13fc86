/** SDF and mol files: V2000 and V3000, ragged properties, CRLF. Every molecule is checked, whatever columns are asked for. */
import type { StageRequest, Reader } from '../staged.ts';
import { stageMolecules, type MoleculeRecord } from '../shared/molecule-staging.ts';
import { RecordError } from '../shared/rejects.ts';
import { openSource } from '../shared/source.ts';
import { ObjectError } from '../staged.ts';
import { sdfContent, type SdfContent } from './record.ts';
import { sdfRecords, type SdfRecord } from './split.ts';

/** `from` of columns that are no property. */
export const special = { molblock: '$molblock', title: '$title', smiles: '$smiles', inchikey: '$inchikey' } as const;
const REST = '*';
const MAX_RECORD_BYTES = 64 * 1024 ** 2;

class Properties {
  readonly ignored = new Set<string>();
  readonly #listed: ReadonlySet<string>;
  readonly #unlisted: 'refuse' | 'ignore' | 'collect';

  constructor({ inputs, options }: StageRequest) {
    this.#listed = new Set(inputs[0]?.columns.map((c) => c.from ?? c.name));
    // Ragged properties are the normal case: what the contract wants, it lists.
    this.#unlisted = options.unlisted ?? 'ignore';
    if (this.#unlisted === 'collect' && !this.#listed.has(REST))
      throw new ObjectError(
        'column_missing',
        "unlisted: collect needs a column of type json with from: '*' in the contract",
      );
  }

  cells({ title, molblock, properties }: SdfContent): Map<string, string | null> {
    const cells = new Map<string, string | null>();
    const rest: string[] = [];
    for (const [name, value] of properties) {
      if (this.#listed.has(name)) cells.set(name, value);
      else if (this.#unlisted === 'refuse')
        throw new RecordError('unknown_key', `property "${name}" is not in the contract`);
      else if (this.#unlisted === 'collect') rest.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
      else if (this.ignored.size < 10_000) this.ignored.add(name);
    }
    cells.set(special.title, title === '' ? null : title);
    cells.set(special.molblock, molblock);
    if (this.#unlisted === 'collect') cells.set(REST, rest.length > 0 ? `{${rest.join(',')}}` : null);
    return cells;
  }
}

function contentOf(record: SdfRecord, properties: Properties): MoleculeRecord['content'] {
  try {
    if (record.tooLong)
      return new RecordError('record_too_long', `the record has ${record.length} bytes or more, above the limit`);
    const content = sdfContent(record.lines);
    if (!record.closed && !content.ended)
      return new RecordError('malformed_record', 'the last record ends without "M  END" and without "$$$$"');
    return { molecule: content.molblock, cells: properties.cells(content) };
  } catch (error) {
    if (error instanceof RecordError) return error;
    throw error;
  }
}

const isBlank = (record: SdfRecord): boolean =>
  !record.tooLong && record.lines.every((line) => line.every((b) => b === 0x20 || b === 0x09));

export const readSdf: Reader = async (request) => {
  const source = await openSource(request);
  const properties = new Properties(request);
  const maxBytes = request.options.maxRecordBytes ?? MAX_RECORD_BYTES;
  async function* records(): AsyncGenerator<MoleculeRecord> {
    for await (const record of sdfRecords(source, maxBytes)) {
      // Blank lines behind the last "$$$$" are no record.
      if (!record.closed && isBlank(record)) continue;
      yield { offset: record.offset, length: record.length, content: contentOf(record, properties) };
    }
  }
  const notes = (): Record<string, number> =>
    properties.ignored.size > 0 ? { properties_ignored: properties.ignored.size } : {};
  return stageMolecules(request, source, records(), special, notes);
};
