import { CreateDatabaseCommand, CreatePartitionCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unique, type Aws } from '../aws.ts';
import type { Check } from './check.ts';

const serde = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};
const columns = [{ Name: 'n', Type: 'bigint' }];
const day = [{ Name: 'day', Type: 'string' }];

/** A Parquet file with one row. */
async function parquet(n: number): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'parquet-'));
  const file = join(dir, 'f.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`copy (select ${n}::bigint as n, 'hidden' as extra) to '${file}' (format parquet)`);
  connection.closeSync();
  const body = await readFile(file);
  await rm(dir, { recursive: true });
  return body;
}

/** A partitioned table: one registered partition at a place of its own, one folder that nobody registered. */
async function partitionedTable(aws: Aws): Promise<string> {
  const Bucket = await aws.bucket();
  const DatabaseName = unique('db').replaceAll('-', '_');
  const put = async (Key: string, n: number) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: await parquet(n) }));
  await put('t/day=2026-01-01/old.parquet', 1);
  await put('snapshots/7/new.parquet', 7);
  await aws.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  const descriptor = (Location: string) => ({ Columns: columns, Location, ...serde });
  await aws.glue.send(
    new CreateTableCommand({
      DatabaseName,
      TableInput: {
        Name: 't',
        TableType: 'EXTERNAL_TABLE',
        PartitionKeys: day,
        StorageDescriptor: descriptor(`s3://${Bucket}/t/`),
        Parameters: { classification: 'parquet' },
      },
    }),
  );
  await aws.glue.send(
    new CreatePartitionCommand({
      DatabaseName,
      TableName: 't',
      PartitionInput: { Values: ['a/b=ü'], StorageDescriptor: descriptor(`s3://${Bucket}/snapshots/7/`) },
    }),
  );
  return DatabaseName;
}

/** A view over a view over a table, as Athena stores views in the catalog. */
async function viewOfView(aws: Aws): Promise<string> {
  const DatabaseName = await partitionedTable(aws);
  const view = (Name: string, originalSql: string) => {
    const text = {
      originalSql,
      catalog: 'awsdatacatalog',
      schema: DatabaseName,
      columns: [{ name: 'n', type: 'bigint' }],
    };
    return aws.glue.send(
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name,
          TableType: 'VIRTUAL_VIEW',
          ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(text)).toString('base64')} */`,
          ViewExpandedText: '/* Presto View */',
          StorageDescriptor: { Columns: columns, SerdeInfo: {} },
          Parameters: { presto_view: 'true' },
        },
      }),
    );
  };
  await view('inner_view', 'select count(*) as n from t where n > 0');
  await view('outer_view', 'select i.n + 41 as n from inner_view i');
  return DatabaseName;
}

export const athenaChecks: readonly Check[] = [
  {
    gap: 'athena_dialect',
    title: "Athena's own functions work",
    observe: (aws) => aws.query("select date_format(from_iso8601_timestamp('2026-01-02T03:04:05Z'), '%Y') as y"),
    mended: [['2026']],
    open: 'FAILED',
  },
  {
    gap: 'athena_views',
    title: 'a view of a view can be queried from another database',
    observe: async (aws) => {
      const database = await viewOfView(aws);
      const rows = await aws.query(`select o.n > 41 as found from "${database}"."outer_view" o`);
      return rows;
    },
    mended: [['true']],
    open: 'FAILED',
  },
  {
    gap: 'athena_tables',
    title: 'a query reads the registered partitions at their own places, and the columns of the catalog',
    observe: async (aws) => aws.query('select * from t order by 1', await partitionedTable(aws)),
    mended: [['7', 'a/b=ü']],
    open: [['1', 'hidden', '2026-01-01']],
  },
  {
    gap: 'sfn_athena',
    title: 'a workflow waits for a query',
    observe: async (aws) => {
      const OutputLocation = `s3://${await aws.bucket()}/`;
      const Parameters = { QueryString: 'select 1 as one', ResultConfiguration: { OutputLocation } };
      const state = {
        Type: 'Task',
        Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
        Parameters,
        End: true,
      };
      const found = await aws.execute({ StartAt: 'Q', States: { Q: state } });
      const answer = JSON.parse(found.output ?? '{}') as { QueryExecution?: { Status?: { State?: string } } };
      return [found.status, answer.QueryExecution?.Status?.State];
    },
    mended: ['SUCCEEDED', 'SUCCEEDED'],
    open: ['FAILED', undefined],
  },
];
