/** The schema of the published tables, step by step. A step that has been released is never changed: a new one is added. */
import { createHash } from 'node:crypto';

export interface Migration {
  readonly version: number;
  readonly title: string;
  /** Statements; `$schema` stands for the schema's quoted name. */
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    title: 'embeddings and predictions',
    sql: `
create table $schema.embeddings (
  molecule_key text not null,
  canonical_smiles text not null,
  inchikey text,
  embedding real[] not null,
  dimension integer not null,
  pooling text not null,
  dtype text not null,
  tokens integer not null,
  truncated boolean not null,
  warnings text[] not null,
  fingerprint bytea,
  toolkit text not null,
  run text not null,
  bundle text not null,
  sensitivity text not null,
  computed_at timestamptz not null,
  primary key (molecule_key, sensitivity)
);
create index embeddings_inchikey on $schema.embeddings (inchikey);
create table $schema.predictions (
  molecule_key text not null,
  canonical_smiles text not null,
  inchikey text,
  endpoint text not null,
  value double precision not null,
  unit text not null,
  status text not null,
  head_sha256 text,
  nearest_similarity double precision not null,
  in_domain boolean not null,
  run text not null,
  bundle text not null,
  sensitivity text not null,
  computed_at timestamptz not null,
  primary key (molecule_key, endpoint, sensitivity)
);
create index predictions_inchikey on $schema.predictions (inchikey, endpoint);
`,
  },
];

export const migrationHash = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');
