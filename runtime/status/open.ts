/** Unfinished object versions, from the ledger's sparse index: what waits, runs or needs a person. */
import { BatchGetItemCommand, ScanCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Ledger, type LedgerState } from '../../protocol/ledger.ts';

export interface OpenRow {
  /** `<bucket>/<key>`. */
  readonly object: string;
  readonly version: string;
  readonly dataset: string;
  readonly state: LedgerState;
  readonly shard: string;
  readonly since: string;
}

export interface OpenRows {
  readonly rows: readonly OpenRow[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

/** Segments read side by side. */
const SEGMENTS = 4;

/** Up to `most` unfinished rows. Reads the index alone, which holds nothing that is finished. */
export async function openRows(client: DynamoDBClient, table: string, most: number): Promise<OpenRows> {
  const rows: OpenRow[] = [];
  let more = false;
  const segment = async (Segment: number) => {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: table,
          IndexName: Ledger.openIndex,
          Segment,
          TotalSegments: SEGMENTS,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      rows.push(...(page.Items ?? []).map(toOpenRow));
      start = page.LastEvaluatedKey;
      if (start && rows.length >= most) {
        more = true;
        return;
      }
    } while (start);
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, i) => segment(i)));
  rows.sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0));
  return { rows, more };
}

const toOpenRow = (item: Record<string, AttributeValue>): OpenRow => {
  const text = (name: string) => item[name]?.S ?? '';
  return {
    object: text('object'),
    version: text('version'),
    dataset: text('dataset'),
    state: text('state') as LedgerState,
    shard: text('shard'),
    since: text('since'),
  };
};

/** Keys of one BatchGetItem at most. */
const BATCH = 100;

/** Which of these shards a task is at right now: their claim has not expired. Parts claim under ids of their own. */
export async function claimedShards(
  client: DynamoDBClient,
  table: string,
  shards: readonly string[],
): Promise<Set<string>> {
  const claimed = new Set<string>();
  const nowSec = Date.now() / 1000;
  for (let i = 0; i < shards.length; i += BATCH) {
    const Keys = shards.slice(i, i + BATCH).map((s) => ({
      [Ledger.partitionKey]: { S: Ledger.claimPrefix + s },
      [Ledger.sortKey]: { S: Ledger.claimSortKey },
    }));
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }));
    for (const item of Responses?.[table] ?? []) {
      if (Number(item['expires']?.N ?? 0) > nowSec)
        claimed.add((item['object']?.S ?? '').slice(Ledger.claimPrefix.length));
    }
  }
  return claimed;
}
