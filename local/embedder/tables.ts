/** The rows of the tables, as queries in the columns and types of the protocol. */
import { embeddingColumns, type TableColumn } from '../../protocol/embedding-tables.ts';
import type { Bundle } from '../../runtime/bundle/read.ts';
import { endpointsOf } from '../../runtime/inference/endpoints.ts';
import { sqlName, sqlText } from '../../runtime/sql/text.ts';
import type { WorkerArgs } from './args.ts';

const TYPES: Record<TableColumn['type'], string> = {
  text: 'VARCHAR',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  'float[]': 'FLOAT[]',
  'text[]': 'VARCHAR[]',
  binary: 'BLOB',
};

/** A query whose columns are those of a table, in their order and types. */
const shaped = (columns: readonly TableColumn[], from: string): string =>
  `SELECT ${columns.map(({ name, type }) => `${sqlName(name)}::${TYPES[type]} AS ${sqlName(name)}`).join()} FROM (${from})`;

export interface TableQuery {
  readonly query: string;
  /** Rows that it must have. */
  readonly rows: string;
}

export type Written = 'reasons' | 'molecules' | 'predictions' | 'embeddings';
/** The order in which files appear: whoever sees a vector finds all that belongs to it. */
export const writtenOrder: readonly Written[] = ['reasons', 'molecules', 'predictions', 'embeddings'];

export function tableQueries(args: WorkerArgs, bundle: Bundle, toolkit: string): Record<Written, TableQuery> {
  const run = `${sqlText(args.run)} AS run`;
  const { dimension, pooling } = bundle.index;
  const endpoints = endpointsOf(bundle);
  const numbers = 'numbers JOIN fresh USING (n)';
  return {
    reasons: {
      query: `${reasons(args)} ORDER BY "column", input, source_key, source_version, source_row`,
      rows: 'SELECT count(*) AS n FROM cells JOIN verdicts USING (smiles) WHERE code IS NOT NULL',
    },
    molecules: {
      query: `${shaped(
        embeddingColumns.molecules,
        `SELECT *, ${sqlText(args.dataset)} AS dataset, if(code IS NULL, 'ok', 'error') AS status, ${run}
          FROM uses JOIN verdicts USING (smiles)`,
      )} ORDER BY table_name, column_name, smiles`,
      rows: 'SELECT count(*) AS n FROM uses',
    },
    predictions: {
      query: `${shaped(
        embeddingColumns.predictions,
        `SELECT *, about[i].endpoint AS endpoint, about[i].unit AS unit, about[i].status AS status, about[i].head_sha256 AS head_sha256,
          "values"[i] AS "value", ${run}
          FROM ${numbers}, (SELECT unnest(range(1, ${endpoints.length + 1})) AS i), (SELECT ${about(endpoints)} AS about)`,
      )} ORDER BY molecule_key, endpoint`,
      rows: `SELECT ${endpoints.length} * count(*) AS n FROM numbers`,
    },
    embeddings: {
      query: `${shaped(
        embeddingColumns.embeddings,
        `SELECT *, ${dimension} AS dimension, ${sqlText(pooling)} AS pooling, ${sqlText(args.dtype)} AS dtype,
          ${sqlText(toolkit)} AS toolkit, ${run} FROM ${numbers}`,
      )} ORDER BY molecule_key`,
      rows: 'SELECT count(*) AS n FROM numbers',
    },
  };
}

const text = (value: string | null): string => (value === null ? 'NULL::VARCHAR' : sqlText(value));

const about = (endpoints: ReturnType<typeof endpointsOf>): string =>
  `[${endpoints
    .map(
      ({ name, unit, status, headSha256 }) =>
        `{'endpoint': ${text(name)}, 'unit': ${text(unit)}, 'status': ${text(status)}, 'head_sha256': ${text(headSha256)}}`,
    )
    .join()}]::STRUCT(endpoint VARCHAR, unit VARCHAR, status VARCHAR, head_sha256 VARCHAR)[]`;

/** One row a value that is no molecule, in the columns of protocol/reasons.ts. Structures of sensitive datasets are not among them. */
function reasons({ run, sensitivity }: WorkerArgs): string {
  const masked = sensitivity === 'confidential' || sensitivity === 'personal';
  return `SELECT source_key, source_version, source_row, NULL::BIGINT AS byte_offset, NULL::BIGINT AS byte_length,
    table_name AS input, 'invalid_molecule' AS reason, NULL::VARCHAR AS rule, column_name AS "column",
    ${masked ? "'***'" : 'smiles'} AS "value",
    code || ': ' || detail || if(position IS NULL, '', ' at character ' || position) AS message,
    ${sqlText(`embed-${run}`)} AS shard, ${sqlText(run)} AS run,
    NULL::VARCHAR AS payload_key, NULL::BIGINT AS payload_offset, NULL::BIGINT AS payload_length
    FROM cells JOIN verdicts USING (smiles) WHERE code IS NOT NULL`;
}
