/** Staging of records that hold a molecule: parsed by the pool, in batches, written in the order of the file. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../../../../protocol/contract.ts';
import type { MoleculeAnswer } from '../../../../runtime/molecules/describe.ts';
import { sharedPool } from '../../../../runtime/molecules/pool.ts';
import type { StagedInput, StageRequest } from '../staged.ts';
import { RecordError, Rejects } from './rejects.ts';
import type { Source } from './source.ts';
import { Spans } from './spans.ts';
import { StageFile } from './stage-file.ts';

/** A record's cells by `from` and its molecule, or why it cannot be taken apart. */
export interface MoleculeRecord {
  readonly offset: number;
  readonly length: number;
  readonly content: { readonly molecule: string; readonly cells: ReadonlyMap<string, string | null> } | RecordError;
}

/** What RDKit says, as `from` of a column. */
export interface AnswerNames {
  readonly smiles: string;
  readonly inchikey: string;
}

/** Enough for a thread to be worth a message, few enough to keep memory flat. */
const BATCH_RECORDS = 256;
const BATCH_BYTES = 4 * 1024 ** 2;
/** A larger one is no molecule that RDKit could take within its memory. */
const MAX_MOLECULE_BYTES = 8 * 1024 ** 2;

type Numbered = MoleculeRecord & { readonly record: number };

class Staging {
  readonly rejects = new Rejects();
  readonly out: StageFile;
  readonly #columns: readonly Column[];
  readonly #names: AnswerNames;
  readonly #canonical: boolean;
  readonly #inchikey: boolean;
  #batch: Numbered[] = [];
  #bytes = 0;
  /** Batches with the threads, oldest first. */
  readonly #away: { batch: Numbered[]; answers: Promise<MoleculeAnswer[]> }[] = [];

  constructor(out: StageFile, columns: readonly Column[], names: AnswerNames) {
    this.out = out;
    this.#columns = columns;
    this.#names = names;
    this.#canonical = columns.some((c) => c.from === names.smiles);
    this.#inchikey = columns.some((c) => c.from === names.inchikey);
  }

  async add(record: Numbered): Promise<void> {
    this.#batch.push(record);
    this.#bytes += record.length;
    if (this.#batch.length < BATCH_RECORDS && this.#bytes < BATCH_BYTES) return;
    this.#send();
    while (this.#away.length > sharedPool().threads) await this.#take();
  }

  async finish(): Promise<void> {
    this.#send();
    while (this.#away.length > 0) await this.#take();
  }

  #send(): void {
    const batch = this.#batch;
    const questions = batch.flatMap(({ content }) =>
      content instanceof RecordError
        ? []
        : [{ text: content.molecule, canonical: this.#canonical, inchikey: this.#inchikey }],
    );
    this.#batch = [];
    this.#bytes = 0;
    this.#away.push({ batch, answers: sharedPool().ask(questions) });
  }

  async #take(): Promise<void> {
    const oldest = this.#away.shift();
    if (!oldest) return;
    const answers = await oldest.answers;
    let next = 0;
    for (const record of oldest.batch) {
      if (record.content instanceof RecordError) this.#reject(record, record.content);
      else this.#write(record, record.content.cells, answers[next++]);
    }
  }

  #write(record: Numbered, cells: ReadonlyMap<string, string | null>, answer: MoleculeAnswer | undefined): void {
    if (!answer?.ok) {
      this.#reject(
        record,
        new RecordError('invalid_molecule', `the molecule cannot be read: ${answer?.why ?? 'no answer'}`),
      );
      return;
    }
    this.out.begin(record.record);
    for (const column of this.#columns) {
      const from = column.from ?? column.name;
      if (from === this.#names.smiles) this.out.text(answer.smiles);
      else if (from === this.#names.inchikey) this.out.text(answer.inchikey);
      else this.out.text(cells.get(from) ?? null);
    }
    this.out.end();
  }

  #reject({ record, offset, length }: Numbered, { reason, message }: RecordError): void {
    this.rejects.add({ record, offset, length, reason, message });
  }
}

const checkSize = (record: MoleculeRecord): MoleculeRecord =>
  record.content instanceof RecordError || record.content.molecule.length <= MAX_MOLECULE_BYTES
    ? record
    : {
        ...record,
        content: new RecordError('invalid_molecule', `the molecule is larger than ${MAX_MOLECULE_BYTES} bytes`),
      };

/** Stages all records of a source. */
export async function stageMolecules(
  request: StageRequest,
  source: Source,
  records: AsyncIterable<MoleculeRecord>,
  names: AnswerNames,
  notes: () => Record<string, number> = () => ({}),
): Promise<StagedInput[]> {
  const input = request.inputs[0];
  if (!input) throw new Error('a contract for molecules has one input');
  await mkdir(request.scratch, { recursive: true });
  const spans = new Spans(join(request.scratch, `${input.name}.spans`));
  const out = new StageFile(join(request.scratch, `${input.name}.staged`), request.scratchBytes);
  const staging = new Staging(out, input.columns, names);
  try {
    for await (const record of records)
      await staging.add({ ...checkSize(record), record: spans.add(record.offset, record.length) });
    await staging.finish();
  } finally {
    out.close();
    spans.close();
  }
  return [
    {
      name: input.name,
      relation: out.relation(input.columns.map((c) => c.name)),
      records: spans.records,
      rejects: staging.rejects.list,
      payload: (numbers) => spans.read(source.path, source.base, numbers),
      notes: notes(),
    },
  ];
}
