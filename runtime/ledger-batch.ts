/**
 * Conditional writes in batches. BatchExecuteStatement takes 25 PartiQL writes a request, each with its own condition and
 * its own answer, at the price of single writes; BatchWriteItem knows no conditions, and transactions cost twice.
 */
import type {
  AttributeValue,
  BatchExecuteStatementCommandInput,
  BatchExecuteStatementCommandOutput,
  BatchStatementRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerRow } from '../protocol/ledger.ts';
import { openOf, toItem, toRow } from './ledger-rows.ts';

export interface Binding {
  /** Id without part and replay. */
  readonly shard: string;
  readonly contract: string;
  readonly attempt: number;
  /** Of a cut object. */
  readonly parts?: number | undefined;
  /** Backfill list whose task works on the shard. */
  readonly list?: string | undefined;
}

/** `done`, the row as it stands when the condition did not hold, or the error of this one row. */
export type BatchOutcome = 'done' | LedgerRow | Error;
/** `other`: the condition did not hold, and the answer does not tell the row (DuplicateItem need not). */
export type StatementOutcome = BatchOutcome | 'other';

/** Statements per BatchExecuteStatement (DynamoDB API reference). */
const STATEMENTS = 25;
/** Requests at once: a full batch of the queue (1,000 events) is 40 requests. */
const AT_ONCE = 8;
/** Throttling of one statement comes back in its answer, not as an error of the request, so the SDK does not repeat it. */
const TRANSIENT = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
  'TransactionConflict',
]);
const TRIES = 6;

const quoted = (table: string): string => `"${table.replaceAll('"', '""')}"`;

/** INSERT is put-if-absent: an existing key is answered with DuplicateItem. */
export function insertStatement(table: string, row: LedgerRow): BatchStatementRequest {
  const item = toItem(row);
  const names = Object.keys(item);
  return {
    Statement: `INSERT INTO ${quoted(table)} VALUE {${names.map((n) => `'${n}': ?`).join(', ')}}`,
    Parameters: names.map((n) => item[n] as AttributeValue),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

/** arrived → bound. */
export function bindStatement(table: string, row: LedgerRow, binding: Binding, since: string): BatchStatementRequest {
  const set = { state: 'bound', since, open: openOf(row.object, row.dataset, 'bound', binding.list), ...binding };
  const entries = Object.entries(set).filter(([, v]) => v !== undefined);
  const values = marshall({ ...Object.fromEntries(entries), object: row.object, version: row.version, was: 'arrived' });
  const order = [...entries.map(([n]) => n), 'object', 'version', 'was'];
  return {
    Statement:
      `UPDATE ${quoted(table)} ${entries.map(([n]) => `SET "${n}" = ?`).join(' ')} ` +
      `WHERE "object" = ? AND "version" = ? AND "state" = ?`,
    Parameters: order.map((n) => values[n] as AttributeValue),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

type Send = (input: BatchExecuteStatementCommandInput) => Promise<BatchExecuteStatementCommandOutput>;

/** Sends statements, each for the row at its place; one answer per row, in order, and never throws. */
export async function batches(
  statements: readonly BatchStatementRequest[],
  rows: readonly LedgerRow[],
  send: Send,
): Promise<StatementOutcome[]> {
  const out = new Array<StatementOutcome>(statements.length);
  const starts = Array.from({ length: Math.ceil(statements.length / STATEMENTS) }, (_, i) => i * STATEMENTS);
  const worker = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const places = Array.from(
        { length: Math.min(STATEMENTS, statements.length - start) },
        (_, i) => (start ?? 0) + i,
      );
      await batch(places, statements, rows, send, out);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, starts.length) }, worker));
  return out;
}

async function batch(
  places: number[],
  statements: readonly BatchStatementRequest[],
  rows: readonly LedgerRow[],
  send: Send,
  out: StatementOutcome[],
): Promise<void> {
  let waiting = places;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    const answered = await send({ Statements: waiting.map((p) => statements[p] as BatchStatementRequest) }).catch(
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    if (answered instanceof Error) {
      for (const place of waiting) out[place] = answered;
      return;
    }
    const { Responses = [] } = answered;
    const again: number[] = [];
    for (const [i, place] of waiting.entries()) {
      const error = Responses[i]?.Error;
      if (error && TRANSIENT.has(error.Code ?? '') && attempt < TRIES) again.push(place);
      else out[place] = outcome(error, rows[place]);
    }
    waiting = again;
    if (waiting.length > 0) await sleep(Math.random() * 50 * 2 ** attempt);
  }
}

function outcome(
  error: { Code?: string; Message?: string; Item?: Record<string, AttributeValue> } | undefined,
  row: LedgerRow | undefined,
): StatementOutcome {
  if (!error) return 'done';
  if (error.Code === 'DuplicateItem' || error.Code === 'ConditionalCheckFailed') {
    return error.Item ? toRow(error.Item) : 'other';
  }
  return new Error(`ledger write of ${row?.object ?? '?'} failed: ${error.Code ?? ''} ${error.Message ?? ''}`);
}
