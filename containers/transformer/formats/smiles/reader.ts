/** SMILES files: a molecule a line, with its name or further cells behind it. */
import { isUtf8 } from 'node:buffer';
import type { FormatOptions } from '../../../../protocol/contract.ts';
import { linesOf, type Line } from '../shared/lines.ts';
import { stageMolecules, type MoleculeRecord } from '../shared/molecule-staging.ts';
import { RecordError } from '../shared/rejects.ts';
import { bomBytes, openSource, type Source } from '../shared/source.ts';
import { ObjectError, type Reader, type StageRequest } from '../staged.ts';

/** `from` of columns: as given, the text behind it, RDKit's; or `$1`, `$2` … for cells, or a name of the heading. */
export const special = { given: '$smiles', name: '$name', smiles: '$canonical', inchikey: '$inchikey' } as const;

/** The longest SMILES of real molecules have some 10 kB. */
const MAX_LINE_BYTES = 1024 ** 2;

function cellsOf(text: string, { delimiter }: FormatOptions): string[] {
  const cells = delimiter ? text.split(delimiter) : text.trim().split(/\s+/);
  return cells.map((cell) => cell.trim());
}

function record(line: Line, heading: readonly string[], options: FormatOptions): MoleculeRecord['content'] {
  if (line.tooLong)
    return new RecordError('record_too_long', `the line has ${line.length} bytes or more, above the limit`);
  if (!isUtf8(line.bytes)) return new RecordError('invalid_encoding', 'the line is not valid UTF-8');
  if (line.bytes.includes(0)) return new RecordError('nul_byte', 'the line holds a NUL byte');
  const text = line.bytes.toString('utf8', bomBytes(line.bytes, line.offset)).trimEnd();
  const cells = cellsOf(text, options);
  const given = cells[0] ?? '';
  // RDKit would take what follows a blank for a name and read half a molecule.
  if (/\s/.test(given))
    return new RecordError('invalid_molecule', 'the molecule cannot be read: a blank stands within the SMILES');
  const name = options.delimiter ? cells.slice(1).join(options.delimiter) : text.trim().slice(given.length).trim();
  const values = new Map<string, string | null>(cells.map((cell, i) => [`$${i + 1}`, cell === '' ? null : cell]));
  heading.forEach((column, i) => values.set(column, values.get(`$${i + 1}`) ?? null));
  values.set(special.given, given);
  values.set(special.name, name === '' ? null : name);
  return { molecule: given, cells: values };
}

async function headingOf({ object, options, inputs }: StageRequest, source: Source): Promise<string[]> {
  const bytes = object.part && object.part.start > 0 ? object.readOn?.(0) : source.chunks();
  for await (const line of linesOf(bytes ?? source.chunks(), { maxBytes: MAX_LINE_BYTES })) {
    const heading = cellsOf(line.bytes.toString('utf8', bomBytes(line.bytes, line.offset)), options);
    const known = (from: string): boolean =>
      Object.values<string>(special).includes(from) || /^\$\d+$/.test(from) || heading.includes(from);
    const missing = inputs[0]?.columns.find((c) => !c.optional && !known(c.from ?? c.name));
    if (missing) throw new ObjectError('column_missing', `the heading has no column "${missing.from ?? missing.name}"`);
    const twice = heading.find((name, i) => heading.indexOf(name) < i);
    if (twice !== undefined) throw new ObjectError('header_duplicate', `column "${twice}" stands twice in the heading`);
    return heading;
  }
  throw new ObjectError('header_missing', 'the heading is missing');
}

export const readSmiles: Reader = async (request) => {
  const { options } = request;
  const source = await openSource(request);
  const heading = options.header ? await headingOf(request, source) : [];
  const maxBytes = options.maxRecordBytes ?? MAX_LINE_BYTES;
  async function* records(): AsyncGenerator<MoleculeRecord> {
    for await (const line of linesOf(source.chunks(), { ...source, maxBytes })) {
      const blank = !line.tooLong && line.bytes.toString('latin1', bomBytes(line.bytes, line.offset)).trim() === '';
      if (blank || (options.header && line.offset === 0)) continue;
      yield { offset: line.offset, length: line.length, content: record(line, heading, options) };
    }
  }
  return stageMolecules(request, source, records(), special);
};
