/** SQL through Athena, in the environment's workgroup, with its scan limit. */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientConfig } from './aws.ts';
import { Exit, UserError } from './errors.ts';

export interface QueryRequest {
  readonly sql: string;
  readonly database: string;
  readonly workgroup: string;
  readonly maxRows: number;
  /** Called when the work is to be given up. */
  readonly signal?: AbortSignal;
}

export interface QueryAnswer {
  readonly id: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as Athena prints them; null is undefined. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** There are more rows than were asked for. */
  readonly more: boolean;
  readonly scannedBytes: number;
  readonly seconds: number;
}

/** First and longest pause between two looks at a running query. */
const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/** Runs one statement to its end. Throws a UserError with Athena's own words when it fails. */
export async function query(request: QueryRequest): Promise<QueryAnswer> {
  const client = new AthenaClient(clientConfig());
  const { QueryExecutionId: id = '' } = await client
    .send(
      new StartQueryExecutionCommand({
        QueryString: request.sql,
        WorkGroup: request.workgroup,
        QueryExecutionContext: { Database: request.database },
      }),
    )
    .catch((error: unknown) => {
      if ((error as Error).name !== 'InvalidRequestException') throw error;
      throw failure((error as Error).message, error);
    });
  const done = await finished(client, id, request.signal);
  const state = done.Status?.State;
  if (state !== 'SUCCEEDED')
    throw failure(done.Status?.StateChangeReason ?? `the query ended ${state ?? 'without a state'}`);
  const answer = await read(client, id, done.StatementType === 'DML' || !done.StatementType, request.maxRows);
  const { DataScannedInBytes: scannedBytes = 0, TotalExecutionTimeInMillis: ms = 0 } = done.Statistics ?? {};
  return { id, ...answer, scannedBytes, seconds: ms / 1000 };
}

const failure = (words: string, cause?: unknown): UserError =>
  new UserError(`Athena: ${words}`, { cause, exitCode: Exit.failed });

async function finished(client: AthenaClient, id: string, signal: AbortSignal | undefined): Promise<QueryExecution> {
  for (let pause = FIRST_MS; ; pause = Math.min(LONGEST_MS, pause * 1.5)) {
    if (signal?.aborted) {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      throw failure('stopped');
    }
    const { QueryExecution: found } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const state = found?.Status?.State;
    if (found && state !== 'QUEUED' && state !== 'RUNNING') return found;
    await sleep(pause);
  }
}

async function read(client: AthenaClient, id: string, heading: boolean, maxRows: number) {
  let columns: { name: string; type: string }[] = [];
  const rows: (string | undefined)[][] = [];
  let first = heading;
  for await (const page of paginateGetQueryResults({ client, pageSize: 1000 }, { QueryExecutionId: id })) {
    columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map((c) => ({
      name: c.Name ?? '',
      type: c.Type ?? '',
    }));
    for (const row of page.ResultSet?.Rows ?? []) {
      const values = (row.Data ?? []).map((d) => d.VarCharValue);
      // Athena's first row of a select repeats the column names.
      const isHeading = first && values.every((v, i) => v === columns[i]?.name);
      first = false;
      if (isHeading) continue;
      if (rows.length === maxRows) return { columns, rows, more: true };
      rows.push(values);
    }
  }
  return { columns, rows, more: false };
}
