/** Single conditional changes of ledger rows, apart from binding and finishing. */
import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import { expression, openOf, rowKey, type Change } from './ledger-rows.ts';

/** What a change of a row needs of the ledger. */
export interface RowAccess {
  get(object: string, version: string): Promise<LedgerRow | undefined>;
  change(row: Pick<LedgerRow, 'object' | 'version'>, change: Change): Promise<boolean>;
}

const now = (): string => new Date().toISOString();

/** One conditional update; false when the condition did not hold. Members of `set` that are undefined are left out. */
export async function changeRow(
  client: DynamoDBClient,
  table: string,
  row: Pick<LedgerRow, 'object' | 'version'>,
  change: Change,
): Promise<boolean> {
  const set = Object.fromEntries(Object.entries(change.set).filter(([, v]) => v !== undefined));
  // `open` leaves the sparse index by being removed, wherever the new state is a finished one.
  const remove = [...(change.remove ?? []), ...('state' in set && !('open' in set) ? ['open'] : [])];
  try {
    const update = expression({ ...change, set, remove });
    await client.send(new UpdateItemCommand({ TableName: table, Key: rowKey(row.object, row.version), ...update }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** quarantined, unclassified → arrived. */
export const reopening = (row: LedgerRow, dataset: string): Change => ({
  set: { state: 'arrived', since: now(), open: openOf(row.object, dataset, 'arrived'), dataset, before: row.shard },
  remove: [
    ...['shard', 'contract', 'attempt', 'parts', 'partsDone', 'list', 'replays'],
    ...['rowsIn', 'rowsOut', 'rowsQuarantined', 'reason'],
  ],
  condition: '#state = :was',
  where: { was: row.state },
});

/** bound → bound, a later attempt. */
export const retrying = (row: LedgerRow, attempt: number, list: string | undefined): Change => ({
  set: { attempt, since: now(), list, open: openOf(row.object, row.dataset, 'bound', list) },
  remove: list === undefined ? ['list'] : [],
  condition: '#state IN (:bound, :claimed) AND #shard = :shard AND #attempt < :attempt',
  names: ['state', 'shard'],
  where: { shard: row.shard, bound: 'bound', claimed: 'claimed' },
});

/** arrived → arrived in another dataset, or unclassified. */
export function reclassifying(row: LedgerRow, dataset: string): Change {
  const state = dataset === UNCLASSIFIED ? 'unclassified' : 'arrived';
  return {
    set: { state, since: now(), dataset, open: openOf(row.object, dataset, state) },
    condition: '#state = :was',
    where: { was: 'arrived' },
  };
}

/** any unfinished state → deleted. */
export const discarding = (row: LedgerRow): Change => ({
  set: { state: 'deleted', since: now() },
  condition: '#state = :was AND attribute_exists(#open)',
  names: ['open'],
  where: { was: row.state },
});

/** transformed, superseded, … → bound: the ledger was ahead of the data. */
export const takingBack = (row: LedgerRow, attempt: number): Change => ({
  set: { state: 'bound', since: now(), open: openOf(row.object, row.dataset, 'bound'), attempt },
  remove: ['partsDone', 'replays', 'rowsIn', 'rowsOut', 'rowsQuarantined', 'reason', 'list'],
  condition: '#state = :was AND #shard = :shard',
  names: ['shard'],
  where: { was: row.state, shard: row.shard },
});

/** any state → what the committed results say. */
export function settling(row: LedgerRow, settled: LedgerRow): Change {
  const { state, shard, contract, attempt, parts, partsDone, replays, rowsIn, rowsOut, rowsQuarantined, reason } =
    settled;
  const set = { state, shard, contract, attempt, parts, rowsIn, rowsOut, rowsQuarantined, reason };
  const done = partsDone?.length ? new Set(partsDone) : undefined;
  const counted = replays?.length ? new Set(replays) : undefined;
  return {
    set: { ...set, since: now(), partsDone: done, replays: counted, open: openOf(row.object, row.dataset, state) },
    remove: ['list', 'before'],
    condition:
      row.shard === undefined
        ? '#state = :was AND attribute_not_exists(#shard)'
        : '#state = :was AND #shard = :wasShard',
    names: ['shard'],
    where: { was: row.state, wasShard: row.shard },
  };
}
