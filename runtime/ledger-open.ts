/** Reads the sparse index of unfinished rows: 64 write shards, a few at a time. */
import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Ledger as Names, type LedgerRow, type LedgerState } from '../protocol/ledger.ts';
import { backfillLane, openKey, toRow, type Item } from './ledger-rows.ts';

export interface OpenOptions {
  /** Only rows that came into their state before this time, ISO 8601. */
  readonly before?: string;
  /** Only rows that came into their state at or after this time, ISO 8601. */
  readonly from?: string;
  /** Of bound rows: those that a backfill works on, the others, or both. @default 'all' */
  readonly work?: 'events' | 'backfill' | 'all';
  /** Index of the lane to begin with, so that a bounded reader does not see the same rows each time. */
  readonly firstLane?: number;
  /** Stop after about so many rows. */
  readonly limit?: number;
}

/** Lanes of the open index. */
export const OPEN_LANES = Names.openShards;

/** Write shards read at once: hides the round trips, holds at most 16 pages of 1 MiB. */
const LANES_AT_ONCE = 16;

interface Page {
  readonly rows: LedgerRow[];
  readonly count: number;
  readonly next: Item | undefined;
}

async function page(
  client: DynamoDBClient,
  table: string,
  key: string,
  options: OpenOptions & { count?: boolean },
  start?: Item,
): Promise<Page> {
  const { before = '~', from = '', limit, count } = options;
  // `since` starts with a digit: '' is not allowed as a key value, '0' is before and '~' after all times.
  const found = await client.send(
    new QueryCommand({
      TableName: table,
      IndexName: Names.openIndex,
      KeyConditionExpression: '#open = :open AND #since BETWEEN :from AND :before',
      ExpressionAttributeNames: { '#open': Names.openPartitionKey, '#since': Names.openSortKey },
      ExpressionAttributeValues: { ':open': { S: key }, ':from': { S: from || '0' }, ':before': { S: before } },
      ...(count ? { Select: 'COUNT' } : {}),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start ? { ExclusiveStartKey: start } : {}),
    }),
  );
  return { rows: (found.Items ?? []).map(toRow), count: found.Count ?? 0, next: found.LastEvaluatedKey };
}

function lanes(dataset: string, state: LedgerState, { work = 'all', firstLane = 0 }: OpenOptions): string[] {
  const numbers = Array.from({ length: Names.openShards }, (_, i) =>
    String((i + firstLane) % Names.openShards).padStart(2, '0'),
  );
  const events = work === 'backfill' ? [] : numbers;
  const backfill = work === 'events' || state !== 'bound' ? [] : numbers.map(backfillLane);
  return [...events, ...backfill].map((laneOf) => openKey(dataset, state, laneOf));
}

/** Rows in a state; the index follows the table with a short delay, so a caller's write must be conditional. */
export async function* openRows(
  client: DynamoDBClient,
  table: string,
  dataset: string,
  state: LedgerState,
  options: OpenOptions,
): AsyncGenerator<LedgerRow> {
  let left = options.limit ?? Infinity;
  const waiting = lanes(dataset, state, options).map((key) => ({ key, start: undefined as Item | undefined }));
  while (waiting.length > 0 && left > 0) {
    const now = waiting.splice(0, LANES_AT_ONCE);
    const pages = await Promise.all(now.map(({ key, start }) => page(client, table, key, options, start)));
    for (const [i, { rows, next }] of pages.entries()) {
      for (const row of rows) {
        if (left-- <= 0) return;
        yield row;
      }
      const key = now[i]?.key;
      if (next && key !== undefined) waiting.unshift({ key, start: next });
    }
  }
}

/** Counts rows in a state, and stops asking once there are `most`. */
export async function countOpen(
  client: DynamoDBClient,
  table: string,
  dataset: string,
  state: LedgerState,
  most = Infinity,
): Promise<number> {
  let sum = 0;
  const waiting = lanes(dataset, state, {}).map((key) => ({ key, start: undefined as Item | undefined }));
  while (waiting.length > 0 && sum < most) {
    const now = waiting.splice(0, LANES_AT_ONCE);
    const pages = await Promise.all(now.map(({ key, start }) => page(client, table, key, { count: true }, start)));
    for (const [i, { count, next }] of pages.entries()) {
      sum += count;
      const key = now[i]?.key;
      if (next && key !== undefined) waiting.push({ key, start: next });
    }
  }
  return sum;
}
