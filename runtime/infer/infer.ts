/** Proposes a contract from real files. */
import { basename } from 'node:path';
import type { Format } from '../../protocol/contract.ts';
import { UserError } from '../errors.ts';
import { Gathered } from './gather.ts';
import { formatOf } from './head.ts';
import { INFER_BYTES, openFile, type Opened } from './open.ts';
import { candidateKeys, proposeColumns, type ProposedColumn } from './propose.ts';
import * as readers from './readers.ts';

export interface ProposedInput {
  readonly name: string;
  readonly sheet?: string;
  readonly rows: number;
  readonly columns: readonly ProposedColumn[];
  readonly candidateKeys: readonly string[];
}

export interface Proposal {
  readonly format: Format;
  readonly objects: readonly string[];
  readonly options: readers.Options;
  readonly inputs: readonly ProposedInput[];
  /** What a person should know: counts and doubts, never a value. */
  readonly notes: readonly string[];
}

type Gather = (opened: Opened, gathered: Gathered) => Promise<readers.Options>;
const gatherers: Readonly<Record<Format, Gather>> = {
  csv: readers.gatherDelimited,
  tsv: readers.gatherDelimited,
  json: readers.gatherJson,
  jsonl: readers.gatherJsonLines,
  xlsx: readers.gatherXlsx,
  sdf: readers.gatherSdf,
  mol: readers.gatherSdf,
  smiles: readers.gatherSmiles,
  parquet: readers.gatherParquet,
};

/** Reads all files. Throws a UserError where they differ in what one contract has to fix. */
export async function inferContract(files: readonly string[], limit = INFER_BYTES): Promise<Proposal> {
  const gathered = new Gathered();
  const notes: string[] = [];
  const found: { file: string; format: Format; options: readers.Options }[] = [];
  let whole = true;
  for (const file of files) {
    const opened = await openFile(file, limit);
    const format = formatOf(file, opened.head, opened.headText);
    const { format: said, options } = dialect(format, await gatherers[format](opened, gathered));
    const text = format !== 'xlsx' && format !== 'parquet';
    if (text && opened.encoding !== 'utf-8') options.encoding = opened.encoding;
    if (text && opened.guessed)
      notes.push(`${basename(file)} is not UTF-8; ${opened.encoding} is a guess: look at its accented letters`);
    if (text && opened.cut) {
      whole = false;
      notes.push(
        `${basename(file)}: only the first ${Math.round(limit / 1024 ** 2)} MiB were read; what follows may differ`,
      );
    }
    found.push({ file, format: said, options });
  }
  const [first] = found;
  if (!first) throw new UserError('name at least one file');
  for (const other of found) agree(first, other);
  const inputs = [...gathered.inputs.values()].map((input): ProposedInput => {
    const columns = proposeColumns(input, whole);
    if (input.ragged)
      notes.push(
        `${input.ragged} records of ${input.name} have more or fewer cells than the first, or are no records; they will be quarantined`,
      );
    return {
      name: input.name,
      ...(input.sheet === undefined ? {} : { sheet: input.sheet }),
      rows: input.rows,
      columns: first.format === 'sdf' || first.format === 'mol' ? [...columns, structure(columns)] : columns,
      candidateKeys: whole ? candidateKeys(input, columns) : [],
    };
  });
  if (inputs.every((i) => i.columns.length === 0))
    throw new UserError(`no columns found in ${files.join(', ')}; is it really ${first.format}?`);
  return { format: first.format, objects: globs(files), options: first.options, inputs, notes };
}

/** The structure of a record, which the transformer makes canonical. */
function structure(columns: readonly ProposedColumn[]): ProposedColumn {
  const name = ['smiles', 'canonical_smiles', 'structure_smiles', 'molecule_smiles'].find(
    (n) => !columns.some((c) => c.name === n),
  );
  return {
    name: name ?? 'record_smiles',
    from: '$smiles',
    type: 'text',
    comments: ['canonical SMILES of the structure'],
  };
}

/** TAB makes a CSV a TSV; what is the format's default is not said. */
function dialect(format: Format, options: readers.Options): { format: Format; options: readers.Options } {
  const { delimiter, header, ...rest } = options;
  const said = format === 'csv' || format === 'tsv' ? (delimiter === '\t' ? 'tsv' : 'csv') : format;
  return {
    format: said,
    options: {
      ...rest,
      ...(said === 'csv' && delimiter !== undefined && delimiter !== ',' ? { delimiter } : {}),
      ...(said === 'smiles' ? (header ? { header } : {}) : header === false ? { header } : {}),
    },
  };
}

function agree(a: { file: string; format: Format; options: readers.Options }, b: typeof a): void {
  if (a.format !== b.format) {
    throw new UserError(
      `${a.file} is ${a.format}, ${b.file} is ${b.format}; a contract has one format: infer them one by one`,
    );
  }
  for (const key of ['delimiter', 'header', 'encoding', 'records'] as const) {
    if (a.options[key] !== b.options[key]) {
      throw new UserError(
        `${a.file} and ${b.file} differ in ${key} (${String(a.options[key] ?? 'default')}, ${String(b.options[key] ?? 'default')}); infer them one by one, as two datasets`,
      );
    }
  }
}

/** One glob for each ending that the files have. */
function globs(files: readonly string[]): string[] {
  const endings = files.map((f) => /(\.[^.]+)?(\.(gz|zst))?$/i.exec(basename(f))?.[0] ?? '');
  return [...new Set(endings)].map((e) => (e ? `**/*${e}` : '**'));
}
