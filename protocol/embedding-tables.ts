/**
 * The three tables of embeddings, in the lake, in PostgreSQL and as files. One definition: programs, schema documents and
 * grants follow from it.
 */
export interface TableColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'bigint' | 'double' | 'boolean' | 'float[]' | 'text[]' | 'binary';
  readonly nullable: boolean;
  readonly description: string;
}

const column = (name: string, type: TableColumn['type'], description: string): TableColumn => ({
  name,
  type,
  nullable: false,
  description,
});
const optional = (name: string, type: TableColumn['type'], description: string): TableColumn => ({
  ...column(name, type, description),
  nullable: true,
});

const moleculeKey = column(
  'molecule_key',
  'text',
  'SHA-256 (hexadecimal) of canonical SMILES, bundle hash, pooling and dtype, one a line',
);
const canonical = column('canonical_smiles', 'text', 'Canonical SMILES, as tokenised; bound to the toolkit');
const inchikey = optional(
  'inchikey',
  'text',
  'Standard InChIKey; tautomers share it; null where InChI knows no such structure',
);
const run = column('run', 'text', 'Execution that wrote the row');

/** One row a distinct text of a molecule column: the verdict on it. */
const molecules: readonly TableColumn[] = [
  column('dataset', 'text', 'Dataset that the value came with'),
  column('table_name', 'text', 'Table that holds the value'),
  column('column_name', 'text', 'Column that holds the value'),
  column('smiles', 'text', 'Structure as delivered'),
  column('occurrences', 'bigint', 'Rows of the run that hold it'),
  column('status', 'text', 'ok or error'),
  optional('code', 'text', 'Error code'),
  optional('detail', 'text', 'What is wrong, without the structure'),
  optional('position', 'integer', 'Character at which it is wrong, from 0'),
  { ...canonical, nullable: true },
  inchikey,
  { ...moleculeKey, nullable: true },
  optional('components', 'integer', 'Parts that are not bonded to each other'),
  column('warnings', 'text[]', 'Warning codes'),
  run,
];

/** One row a molecule: its vector. */
const embeddings: readonly TableColumn[] = [
  moleculeKey,
  canonical,
  inchikey,
  column('embedding', 'float[]', 'Pooled output of the last layer, not normalised'),
  column('dimension', 'integer', 'Components of the embedding'),
  column('pooling', 'text', 'mean (special tokens included) or cls'),
  column('dtype', 'text', 'fp32, or fp16: rounded for storage, within 1e-3 of what was computed'),
  column('tokens', 'integer', 'Tokens, the two special ones included'),
  column('truncated', 'boolean', 'Only the first tokens were read'),
  column('warnings', 'text[]', 'Warning codes'),
  optional('fingerprint', 'binary', 'Morgan fingerprint: radius 2, 2,048 bits, 256 bytes, bit 0 first'),
  column('toolkit', 'text', 'Toolkit and version that made the canonical SMILES'),
  run,
];

/** One row a molecule and endpoint. */
const predictions: readonly TableColumn[] = [
  moleculeKey,
  canonical,
  inchikey,
  column('endpoint', 'text', 'Name of the target or head'),
  column('value', 'double', 'Predicted value'),
  column('unit', 'text', 'Unit; 1 where it has none'),
  column('status', 'text', 'descriptor (a target of the bundle), supported or experimental (a head)'),
  optional('head_sha256', 'text', 'SHA-256 of the head; null for a target of the bundle'),
  column('nearest_similarity', 'double', 'Cosine similarity to the nearest vector of the reference sample'),
  column('in_domain', 'boolean', 'The nearest similarity reaches the threshold of the bundle'),
  run,
];

/**
 * Partition columns of all three: the bundle's hash and the sensitivity of the dataset that the molecule came with, since files are
 * sealed with the key of their class. What is known is asked per partition.
 */
export const embeddingPartitions = ['bundle', 'sensitivity'] as const;

export const embeddingColumns = { molecules, embeddings, predictions } as const;
