/** One part of a job: molecules in, a Parquet file, errors and counts out. */
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { applicability, chooseEndpoints } from './answers.ts';
import type { Engine, ItemFailure } from './engine.ts';
import type { Job, JobCounts } from './jobs.ts';
import { MAX_ITEMS } from './models.ts';
import type { MoleculeCache } from './molecule-cache.ts';
import { computeItems, failure, inTurn, type Computed, type Item } from './read-items.ts';

export interface PartResult {
  /** Parquet. */
  readonly results: Buffer;
  /** JSON lines: row, code, detail, position. */
  readonly errors: Buffer;
  readonly counts: JobCounts;
}

interface Done {
  readonly row: number;
  readonly result: Computed;
}

/** Works on the molecules of one part, which begin at a row of the file. */
export async function workPart(
  engine: Engine,
  cache: MoleculeCache,
  job: Job,
  molecules: readonly (string | null)[],
  firstRow: number,
): Promise<PartResult> {
  const errors: string[] = [];
  const done: Done[] = [];
  for (let from = 0; from < molecules.length; from += MAX_ITEMS) {
    const batch = molecules.slice(from, from + MAX_ITEMS);
    const results = await computeBatch(engine, cache, job, batch);
    for (const [i, result] of results.entries()) {
      const row = firstRow + from + i;
      if (result.ok) {
        done.push({ row, result });
        continue;
      }
      const { code, detail, position } = result;
      errors.push(`${JSON.stringify({ row, code, detail, ...(position !== undefined && { position }) })}\n`);
    }
  }
  return {
    results: toParquet(engine, job.type, done),
    errors: Buffer.from(errors.join('')),
    counts: {
      total: molecules.length,
      ok: done.length,
      invalid: errors.length,
      truncated: done.filter((d) => d.result.molecule.truncated).length,
      cached: done.filter((d) => d.result.cached).length,
    },
  };
}

async function computeBatch(
  engine: Engine,
  cache: MoleculeCache,
  job: Job,
  batch: readonly (string | null)[],
): Promise<(Computed | ItemFailure)[]> {
  const read = await inTurn(batch, async (text): Promise<Item | ItemFailure> => {
    if (text === null) return failure('EMPTY', 'the row has no value');
    if (job.input.format !== 'sdf') return { smiles: text };
    const found = await engine.ofMolblock(text);
    return found.ok ? { smiles: found.smiles } : found;
  });
  const items = read.filter((r): r is Item => !('ok' in r));
  const computed = await computeItems(engine, cache, items, job.on_truncation);
  let next = 0;
  return read.map((r) => ('ok' in r ? r : (computed[next++] ?? failure('NON_FINITE', 'no answer'))));
}

interface Column {
  readonly name: string;
  readonly schema: readonly SchemaElement[];
  readonly of: (done: Done) => unknown;
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
type Physical = Pick<SchemaElement, 'type' | 'converted_type'>;

const column = (name: string, physical: Physical, of: Column['of'], optional = false): Column => ({
  name,
  schema: [{ name, ...physical, repetition_type: optional ? 'OPTIONAL' : 'REQUIRED' }],
  of,
});

/** The three levels that the Parquet format wants of a list. */
const list = (name: string, physical: Physical, of: (done: Done) => readonly unknown[]): Column => ({
  name,
  schema: [
    { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...physical, repetition_type: 'REQUIRED' },
  ],
  of,
});

/** `row` counts the molecules of the file from 0. Endpoints are columns of their names. */
function toParquet(engine: Engine, type: Job['type'], done: readonly Done[]): Buffer {
  const columns = [
    column('row', { type: 'INT64' }, (d) => BigInt(d.row)),
    column('canonical_smiles', text, (d) => d.result.molecule.canonical),
    column('inchikey', text, (d) => d.result.molecule.inchikey ?? null, true),
    column('molecule_key', text, (d) => d.result.molecule.moleculeKey),
    column('tokens', { type: 'INT32' }, (d) => d.result.molecule.tokens),
    column('truncated', { type: 'BOOLEAN' }, (d) => d.result.molecule.truncated),
    list('warnings', text, (d) => d.result.warnings.map((w) => w.code)),
    ...(type === 'embeddings'
      ? [list('embedding', { type: 'FLOAT' }, (d) => Array.from(d.result.molecule.embedding))]
      : predictions(engine, done)),
  ];
  const schema = [{ name: 'root', num_children: columns.length }, ...columns.flatMap((c) => c.schema)];
  const columnData = columns.map(({ name, of }) => ({ name, data: done.map(of) }));
  return Buffer.from(parquetWriteBuffer({ schema, columnData }));
}

function predictions(engine: Engine, done: readonly Done[]): Column[] {
  const double: Physical = { type: 'DOUBLE' };
  const values = chooseEndpoints(engine, undefined).map(({ name, value }) =>
    column(name, double, (d) => value(d.result.molecule).value),
  );
  if (!engine.bundle.reference) return values;
  const applies = new Map(done.map((d) => [d, applicability(engine, d.result.molecule)]));
  return [
    ...values,
    column('nearest_similarity', double, (d) => applies.get(d)?.nearest_similarity ?? 0),
    column('in_domain', { type: 'BOOLEAN' }, (d) => applies.get(d)?.in_domain ?? false),
  ];
}
