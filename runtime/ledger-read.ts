/** Reads many ledger rows by key. */
import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerRow } from '../protocol/ledger.ts';
import { rowKey, toRow } from './ledger-rows.ts';
import { inParallel } from './many.ts';

/** Keys per BatchGetItem (DynamoDB API reference). */
const KEYS = 100;
const AT_ONCE = 4;

type RowId = Pick<LedgerRow, 'object' | 'version'>;

/** Rows by `object\0version`; those that do not exist are missing. Consistent reads. */
export async function getMany(
  client: DynamoDBClient,
  table: string,
  ids: readonly RowId[],
): Promise<Map<string, LedgerRow>> {
  const found = new Map<string, LedgerRow>();
  const starts = Array.from({ length: Math.ceil(ids.length / KEYS) }, (_, i) => i * KEYS);
  await inParallel(starts, AT_ONCE, async (start) => {
    const keys = ids.slice(start, start + KEYS).map((id) => rowKey(id.object, id.version));
    let request: Record<string, KeysAndAttributes> | undefined = { [table]: { Keys: keys, ConsistentRead: true } };
    for (let attempt = 0; request; attempt++) {
      if (attempt > 0) await sleep(Math.random() * 50 * 2 ** Math.min(attempt, 8));
      const { Responses, UnprocessedKeys }: Awaited<ReturnType<typeof page>> = await page(client, request);
      for (const row of (Responses?.[table] ?? []).map(toRow)) found.set(`${row.object}\0${row.version}`, row);
      request = UnprocessedKeys?.[table]?.Keys?.length ? UnprocessedKeys : undefined;
    }
  });
  return found;
}

const page = (client: DynamoDBClient, RequestItems: Record<string, KeysAndAttributes>) =>
  client.send(new BatchGetItemCommand({ RequestItems }));
