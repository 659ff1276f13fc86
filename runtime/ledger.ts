/** The ledger: the state of every object version. Every change of state is one conditional write. */
import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type BatchStatementRequest,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { compareVersions, type Claim, type LedgerRow, type LedgerState } from '../protocol/ledger.ts';
import { dynamoClient } from './aws.ts';
import { batches, bindStatement, insertStatement, type BatchOutcome, type Binding } from './ledger-batch.ts';
import {
  changeRow,
  discarding,
  reclassifying,
  reopening,
  retrying,
  settling,
  takingBack,
  type RowAccess,
} from './ledger-change.ts';
import { Claims, type ClaimRequest } from './ledger-claims.ts';
import { finish, type Outcome } from './ledger-finish.ts';
import { countOpen, openRows, type OpenOptions } from './ledger-open.ts';
import { getMany } from './ledger-read.ts';
import { openOf, rowKey, toItem, toRow } from './ledger-rows.ts';

export { ClaimLostError, ShardClaimedError } from './ledger-rows.ts';
export type { BatchOutcome, Binding } from './ledger-batch.ts';
export type { ClaimRequest } from './ledger-claims.ts';
export type { Outcome } from './ledger-finish.ts';

const now = (): string => new Date().toISOString();

export class Ledger {
  readonly #table: string;
  readonly #client: DynamoDBClient;
  readonly #claims: Claims;
  readonly #rows: RowAccess;
  constructor(table: string, client: DynamoDBClient = dynamoClient()) {
    this.#table = table;
    this.#client = client;
    this.#claims = new Claims(table, client);
    this.#rows = {
      get: (object, version) => this.get(object, version),
      change: (row, change) => changeRow(client, table, row, change),
    };
  }

  /** Records an object version; when it is known already, its row as it stands. */
  async record(row: LedgerRow): Promise<'recorded' | LedgerRow> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: toItem(row),
          ConditionExpression: 'attribute_not_exists(#object)',
          ExpressionAttributeNames: { '#object': 'object' },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'recorded';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return toRow(error.Item);
    }
  }

  /** Records many, 25 a request, each on its own: one answer per row, in order. No row may stand twice in `rows`. */
  recordAll(rows: readonly LedgerRow[]): Promise<BatchOutcome[]> {
    return this.#batch(
      rows.map((row) => insertStatement(this.#table, row)),
      rows,
    );
  }

  /** Binds many arrived versions, 25 a request, each on its own: one answer per row, in order, as `bind`. */
  async bindAll(rows: readonly LedgerRow[], binding: Binding): Promise<BatchOutcome[]> {
    const since = now();
    const statements = rows.map((row) => bindStatement(this.#table, row, binding, since));
    const outcomes = await this.#batch(statements, rows);
    return outcomes.map((o) => (isRow(o) && isBoundTo(o, binding) ? 'done' : o));
  }

  async #batch(statements: BatchStatementRequest[], rows: readonly LedgerRow[]): Promise<BatchOutcome[]> {
    const outcomes = await batches(statements, rows, (input) =>
      this.#client.send(new BatchExecuteStatementCommand(input)),
    );
    const out: BatchOutcome[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      const row = rows[i];
      if (outcome !== 'other') out.push(outcome);
      else if (row)
        out.push((await this.get(row.object, row.version)) ?? new Error(`${row.object} is not in the ledger`));
    }
    return out;
  }

  async get(object: string, version: string): Promise<LedgerRow | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: rowKey(object, version), ConsistentRead: true }),
    );
    return Item && toRow(Item);
  }

  /** Rows by `object\0version`; those that do not exist are missing. */
  getMany(ids: readonly Pick<LedgerRow, 'object' | 'version'>[]): Promise<Map<string, LedgerRow>> {
    return getMany(this.#client, this.#table, ids);
  }

  /** All versions of an object, oldest first. */
  async versions(object: string): Promise<LedgerRow[]> {
    const rows: LedgerRow[] = [];
    let start: Parameters<typeof toRow>[0] | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#object = :object',
          ExpressionAttributeNames: { '#object': 'object' },
          ExpressionAttributeValues: { ':object': { S: object } },
          ConsistentRead: true,
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      rows.push(...(page.Items ?? []).map(toRow));
      start = page.LastEvaluatedKey;
    } while (start);
    return rows.sort(compareVersions);
  }

  /** Binds an arrived version to a shard. The row as it stands when it is not `arrived` and not bound to this very shard. */
  async bind(object: string, version: string, binding: Binding): Promise<'bound' | LedgerRow | undefined> {
    const row = await this.get(object, version);
    if (!row) return undefined;
    if (isBoundTo(row, binding)) return 'bound';
    const changed = await this.#rows.change(row, {
      set: { state: 'bound', since: now(), open: openOf(object, row.dataset, 'bound', binding.list), ...binding },
      condition: '#state = :was',
      where: { was: 'arrived' },
    });
    if (changed) return 'bound';
    const found = await this.get(object, version);
    return found && isBoundTo(found, binding) ? 'bound' : found;
  }

  /**
   * Brings a version to its final state, when it is bound to the shard. Again is harmless. A part is counted once; the last
   * one flips the state, to `quarantined` when any part was. Otherwise the row as it stands, or undefined.
   */
  finish(object: string, version: string, outcome: Outcome): Promise<'finished' | LedgerRow | undefined> {
    return finish(this.#rows, object, version, outcome);
  }

  /**
   * Marks older versions of the key as superseded, when they are in one of `states`; returns those that were.
   * @param states default: what a newer, transformed version clears
   */
  async supersedeOlder(
    row: Pick<LedgerRow, 'object' | 'version' | 'at' | 'sequencer'>,
    states: readonly LedgerState[] = ['quarantined', 'unclassified'],
  ): Promise<LedgerRow[]> {
    const older = (await this.versions(row.object)).filter(
      (r) => states.includes(r.state) && compareVersions(r, row) < 0,
    );
    const done: LedgerRow[] = [];
    for (const old of older) {
      const changed = await this.#rows.change(old, {
        set: { state: 'superseded', since: now() },
        condition: '#state = :was',
        where: { was: old.state },
      });
      if (changed) done.push(old);
    }
    return done;
  }

  /** Takes a quarantined or unclassified version back to `arrived`, perhaps in another dataset, so that it is packed anew. */
  reopen(row: LedgerRow, dataset: string): Promise<boolean> {
    return this.#rows.change(row, reopening(row, dataset));
  }

  /**
   * Raises the attempt of a bound version, and says which backfill list works on it from now on (none: an execution of its
   * own). False when another did or the row has moved on.
   */
  nextAttempt(row: LedgerRow, attempt: number, list?: string): Promise<boolean> {
    return this.#rows.change(row, retrying(row, attempt, list));
  }

  /** Puts an arrived version into the dataset that the contracts now say, or among the unclassified ones. */
  reclassify(row: LedgerRow, dataset: string): Promise<boolean> {
    return this.#rows.change(row, reclassifying(row, dataset));
  }

  /** An unfinished version whose bytes are gone for good. False when it is finished: its rows stay. */
  discard(row: LedgerRow): Promise<boolean> {
    return this.#rows.change(row, discarding(row));
  }

  /** Takes back a state that no committed result vouches for: bound again, for a new attempt. */
  takeBack(row: LedgerRow, attempt: number): Promise<boolean> {
    return this.#rows.change(row, takingBack(row, attempt));
  }

  /** Brings a row to what the committed results say, if it is still as it was read. */
  settle(row: LedgerRow, settled: LedgerRow): Promise<boolean> {
    return this.#rows.change(row, settling(row, settled));
  }

  /** Unfinished rows of a dataset in a state, over all write shards; oldest first within each. */
  open(dataset: string, state: LedgerState, options: OpenOptions = {}): AsyncIterable<LedgerRow> {
    return openRows(this.#client, this.#table, dataset, state, options);
  }

  /** How many there are, up to about `most`. */
  openCount(dataset: string, state: LedgerState, most?: number): Promise<number> {
    return countOpen(this.#client, this.#table, dataset, state, most);
  }

  claim(request: ClaimRequest): Promise<Claim> {
    return this.#claims.claim(request);
  }
  renew(claim: Claim, at?: number): Promise<Claim> {
    return this.#claims.renew(claim, at);
  }
  assertHeld(claim: Claim, at?: number): Promise<void> {
    return this.#claims.assertHeld(claim, at);
  }
  release(claim: Claim): Promise<void> {
    return this.#claims.release(claim);
  }
  readClaim(shard: string): Promise<Claim | undefined> {
    return this.#claims.read(shard);
  }
}

const isRow = (outcome: BatchOutcome): outcome is LedgerRow =>
  typeof outcome === 'object' && !(outcome instanceof Error);
/** By this binding, or an equal one before; a shard of the same members that a backfill works on is that one's. */
const isBoundTo = (row: LedgerRow, { shard, list }: Binding): boolean =>
  row.shard === shard && row.list === list && row.state !== 'arrived' && row.state !== 'unclassified';
