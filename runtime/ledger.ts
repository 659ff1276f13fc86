/** The ledger: the state of every object version. Every change of state is one conditional write. */
import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { compareVersions, type Claim, type LedgerRow, type LedgerState } from '../protocol/ledger.ts';
import { boundShard } from '../protocol/shard.ts';
import { dynamoClient } from './aws.ts';
import { Claims, type ClaimRequest } from './ledger-claims.ts';
import { countOpen, openRows, type OpenOptions } from './ledger-open.ts';
import { expression, openOf, rowKey, toItem, toRow, type Change } from './ledger-rows.ts';
import { batches, bindStatement, insertStatement, type BatchOutcome } from './ledger-batch.ts';

export { ClaimLostError, ShardClaimedError } from './ledger-rows.ts';
export type { ClaimRequest } from './ledger-claims.ts';

export interface Binding {
  /** Id without part and replay. */
  readonly shard: string;
  readonly contract: string;
  readonly attempt: number;
  /** Of a cut object. */
  readonly parts?: number | undefined;
}

export interface Outcome {
  readonly state: Extract<LedgerState, 'transformed' | 'quarantined' | 'superseded' | 'deleted'>;
  /** The shard's own id, with its part. */
  readonly shard: string;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
  readonly reason?: string | undefined;
  /** Of a cut object: which part this is, any text that is unique to it, such as `p3`, and how many there are. */
  readonly part?: string | undefined;
  readonly parts?: number | undefined;
}

const now = (): string => new Date().toISOString();

export class Ledger {
  readonly #table: string;
  readonly #client: DynamoDBClient;
  readonly #claims: Claims;
  constructor(table: string, client: DynamoDBClient = dynamoClient()) {
    this.#table = table;
    this.#client = client;
    this.#claims = new Claims(table, client);
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
    const statements = rows.map((row) => insertStatement(this.#table, row));
    return batches(statements, rows, (input) => this.#client.send(new BatchExecuteStatementCommand(input)));
  }

  /** Binds many arrived versions, 25 a request, each on its own: one answer per row, in order, as `bind`. */
  async bindAll(rows: readonly LedgerRow[], binding: Binding): Promise<BatchOutcome[]> {
    const since = now();
    const statements = rows.map((row) => bindStatement(this.#table, row, binding, since));
    const outcomes = await batches(statements, rows, (input) =>
      this.#client.send(new BatchExecuteStatementCommand(input)),
    );
    return outcomes.map((o) => (typeof o === 'object' && 'shard' in o && isBoundTo(o, binding.shard) ? 'done' : o));
  }

  async get(object: string, version: string): Promise<LedgerRow | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: rowKey(object, version), ConsistentRead: true }),
    );
    return Item && toRow(Item);
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
    if (isBoundTo(row, binding.shard)) return 'bound';
    const changed = await this.#change(row, {
      set: { state: 'bound', since: now(), open: openOf(object, row.dataset, 'bound'), ...binding },
      condition: '#state = :was',
      where: { was: 'arrived' },
    });
    if (changed) return 'bound';
    const found = await this.get(object, version);
    return found && isBoundTo(found, binding.shard) ? 'bound' : found;
  }

  /**
   * Brings a version to its final state, when it is bound to the shard. Again is harmless. A part is counted once; the last
   * one flips the state, to `quarantined` when any part was. Otherwise the row as it stands, or undefined.
   */
  async finish(object: string, version: string, outcome: Outcome): Promise<'finished' | LedgerRow | undefined> {
    const row = await this.get(object, version);
    if (!row) return undefined;
    const shard = boundShard(outcome.shard);
    if (outcome.part !== undefined) return this.#finishPart(row, shard, outcome.part, outcome);
    const { state, rowsIn, rowsOut, rowsQuarantined, reason } = outcome;
    const changed = await this.#change(row, {
      set: { state, since: now(), open: openOf(object, row.dataset, state), rowsIn, rowsOut, rowsQuarantined, reason },
      condition: '#shard = :shard AND #state IN (:bound, :claimed)',
      names: ['shard'],
      where: { shard, bound: 'bound', claimed: 'claimed' },
    });
    if (changed) return 'finished';
    const found = await this.get(object, version);
    return found?.shard === shard && found.state === state ? 'finished' : found;
  }

  async #finishPart(
    row: LedgerRow,
    shard: string,
    part: string,
    outcome: Outcome,
  ): Promise<'finished' | LedgerRow | undefined> {
    const { rowsIn, rowsOut, rowsQuarantined } = outcome;
    const reason = outcome.state === 'quarantined' ? (outcome.reason ?? 'quarantined') : undefined;
    await this.#change(row, {
      set: reason === undefined ? {} : { reason },
      add: { partsDone: new Set([part]), rowsIn, rowsOut, rowsQuarantined },
      condition: '#shard = :shard AND #state IN (:bound, :claimed) AND NOT contains(#partsDone, :part)',
      names: ['shard', 'state'],
      where: { shard, part, bound: 'bound', claimed: 'claimed' },
    });
    const found = await this.get(row.object, row.version);
    if (found?.shard !== shard || !found.partsDone?.includes(part)) return found;
    const last = found.partsDone.length === (found.parts ?? outcome.parts);
    if (!last || (found.state !== 'bound' && found.state !== 'claimed')) return 'finished';
    const state = outcome.state !== 'quarantined' && found.reason === undefined ? outcome.state : 'quarantined';
    await this.#change(found, {
      set: { state, since: now(), open: openOf(row.object, row.dataset, state) },
      condition: '#shard = :shard AND #state IN (:bound, :claimed)',
      names: ['shard'],
      where: { shard, bound: 'bound', claimed: 'claimed' },
    });
    return 'finished';
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
      const changed = await this.#change(old, {
        set: { state: 'superseded', since: now() },
        condition: '#state = :was',
        where: { was: old.state },
      });
      if (changed) done.push(old);
    }
    return done;
  }

  /** Takes a quarantined or unclassified version back to `arrived`, perhaps in another dataset, so that it is packed anew. */
  async reopen(row: LedgerRow, dataset: string): Promise<boolean> {
    return this.#change(row, {
      set: { state: 'arrived', since: now(), open: openOf(row.object, dataset, 'arrived'), dataset },
      remove: ['shard', 'contract', 'attempt', 'parts', 'partsDone', 'rowsIn', 'rowsOut', 'rowsQuarantined', 'reason'],
      condition: '#state = :was',
      where: { was: row.state },
    });
  }

  /** Raises the attempt of a bound version; false when another did or the row has moved on. */
  async nextAttempt(row: LedgerRow, attempt: number): Promise<boolean> {
    return this.#change(row, {
      set: { attempt, since: now() },
      condition: '#state IN (:bound, :claimed) AND #shard = :shard AND #attempt < :attempt',
      names: ['state', 'shard'],
      where: { shard: row.shard, bound: 'bound', claimed: 'claimed' },
    });
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

  /** One conditional update; false when the condition did not hold. A `set` of undefined removes the attribute. */
  async #change(row: Pick<LedgerRow, 'object' | 'version'>, change: Change): Promise<boolean> {
    const set = Object.fromEntries(Object.entries(change.set).filter(([, v]) => v !== undefined));
    // `open` leaves the sparse index by being removed, wherever the new state is a finished one.
    const remove = [...(change.remove ?? []), ...('state' in set && !('open' in set) ? ['open'] : [])];
    try {
      const update = expression({ ...change, set, remove });
      await this.#client.send(
        new UpdateItemCommand({ TableName: this.#table, Key: rowKey(row.object, row.version), ...update }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

const isBoundTo = (row: LedgerRow, shard: string): boolean =>
  row.shard === shard && row.state !== 'arrived' && row.state !== 'unclassified';
