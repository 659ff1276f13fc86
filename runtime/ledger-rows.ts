/** What a ledger row looks like in DynamoDB, and the pieces that every expression on it shares. */
import { createHash } from 'node:crypto';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isOpen, Ledger as Names, type LedgerRow, type LedgerState } from '../protocol/ledger.ts';

export type Item = Record<string, AttributeValue>;

/** Another holds an unexpired claim with the same or a larger fence. */
export class ShardClaimedError extends Error {
  override readonly name = 'ShardClaimedError';
}

/** The claim was fenced, released or has expired: nothing may be written for the shard any more. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/** Write shard of the open index, `00` to `63`: fixed by the object, so that a change of state stays in its lane. */
export const lane = (object: string): string =>
  String((createHash('sha256').update(object).digest()[0] ?? 0) % Names.openShards).padStart(2, '0');

/** Partition key of the open index. */
export const openKey = (dataset: string, state: LedgerState, laneOf: string): string => `${dataset}#${state}#${laneOf}`;

/**
 * Lanes of versions that a backfill has bound: millions of them may wait for days, and the sweeper, which looks for
 * forgotten shards among the others each minute, must not have to read through them.
 */
export const backfillLane = (laneOf: string): string => `b${laneOf}`;

/** `open` of a row in this state; undefined (absent, so not in the sparse index) when it is finished. */
export function openOf(object: string, dataset: string, state: LedgerState, list?: string): string | undefined {
  if (!isOpen(state)) return undefined;
  return openKey(dataset, state, list !== undefined && state === 'bound' ? backfillLane(lane(object)) : lane(object));
}

/** A row as an item; `open` follows from the state, whatever the row says. */
export function toItem(row: LedgerRow): Item {
  const partsDone = row.partsDone?.length ? new Set(row.partsDone) : undefined;
  const replays = row.replays?.length ? new Set(row.replays) : undefined;
  return marshall(
    { ...row, partsDone, replays, open: openOf(row.object, row.dataset, row.state, row.list) },
    { removeUndefinedValues: true },
  );
}

/** An item as a row. */
export function toRow(item: Item): LedgerRow {
  const { partsDone, replays, ...rest } = unmarshall(item) as LedgerRow & {
    partsDone?: Set<string>;
    replays?: Set<string>;
  };
  return {
    ...rest,
    ...(partsDone && { partsDone: [...partsDone].sort() }),
    ...(replays && { replays: [...replays].sort() }),
  };
}

/** DynamoDB key of an object version. */
export const rowKey = (object: string, version: string): Item => ({ object: { S: object }, version: { S: version } });

/** DynamoDB key of a shard's claim. */
export const claimKey = (shard: string): Item => rowKey(Names.claimPrefix + shard, Names.claimSortKey);

/** An update expression and its names and values, in the form the client takes. */
export interface Change {
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Added to numbers, or to a set of strings. */
  readonly add?: Readonly<Record<string, unknown>>;
  /** Uses `#name` for attributes and `:name` for values of `where`. */
  readonly condition: string;
  /** Attribute names that only the condition uses. */
  readonly names?: readonly string[];
  readonly where?: Readonly<Record<string, unknown>>;
}

/** Builds the expression of a change; every name is escaped, since `state`, `parts` and others are reserved words. */
export function expression(change: Change) {
  const { set, remove = [], add = {}, condition, names = [], where = {} } = change;
  const clauses = [
    ['SET', Object.keys(set).map((n) => `#${n} = :${n}`)],
    ['REMOVE', remove.map((n) => `#${n}`)],
    ['ADD', Object.keys(add).map((n) => `#${n} :${n}`)],
  ] as const;
  const used = [...Object.keys(set), ...remove, ...Object.keys(add), ...names];
  const values = { ...set, ...add, ...where };
  return {
    UpdateExpression: clauses
      .flatMap(([word, parts]) => (parts.length ? [`${word} ${parts.join(', ')}`] : []))
      .join(' '),
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(used.map((n) => [`#${n}`, n])),
    ExpressionAttributeValues: marshall(Object.fromEntries(Object.entries(values).map(([n, v]) => [`:${n}`, v])), {
      removeUndefinedValues: true,
    }),
  };
}
