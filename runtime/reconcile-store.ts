/**
 * Raw listing and committed results side by side, in a DuckDB file on disk: a listing of a hundred million versions is some
 * 20 GB, which no process should hold in memory, and results are grouped by shard while a listing is ordered by key.
 */
import { DuckDBInstance, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberResult, ShardResult } from '../protocol/shard.ts';
import { boundShard, type Member } from '../protocol/shard.ts';
import type { ListedVersion } from './listing.ts';

/** What the committed results say of a version. */
export interface Done {
  readonly dataset: string;
  /** What the row is to be bound to: without part and replay. */
  readonly shard: string;
  readonly contract: string;
  readonly attempt: number;
  readonly parts: number | undefined;
  readonly partsDone: readonly string[];
  readonly replays: readonly string[];
  /** All parts are committed, or it is not cut. */
  readonly complete: boolean;
  readonly state: Exclude<MemberResult['state'], 'skipped'>;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly rowsQuarantined: number;
  readonly reason: string | undefined;
  readonly sequencer: string | undefined;
  readonly at: string | undefined;
  /** In how many shards the version was transformed; more than one is a double. */
  readonly times: number;
}

export interface Seen {
  readonly listed: ListedVersion;
  readonly done: Done | undefined;
}

const SCHEMA = `
  create table listed (key varchar, version varchar, size bigint, etag varchar, created varchar, marker boolean);
  create table done (
    key varchar, version varchar, dataset varchar, shard varchar, part varchar, replay varchar, contract varchar,
    attempt bigint, parts bigint, state varchar, rows_in bigint, rows_out bigint, rows_quarantined bigint, reason varchar,
    sequencer varchar, created varchar, finished varchar)`;

/** One row a version and shard; replays move rows from quarantined to out. Of several shards the best is kept. */
const BEST = `
  create table best as
  with per_shard as (
    select key, version, shard, any_value(dataset) as dataset, any_value(contract) as contract, max(attempt) as attempt,
      max(parts) as parts,
      string_agg(distinct part, ',' order by part) filter (replay is null) as parts_done,
      count(distinct part) filter (replay is null) as parts_count,
      string_agg(distinct replay, ',' order by replay) as replays,
      case when bool_or(state = 'quarantined') filter (replay is null) then 'quarantined'
        else max(state) filter (replay is null) end as state,
      sum(rows_in) filter (replay is null) as rows_in,
      sum(rows_out) as rows_out,
      sum(case when replay is null then rows_quarantined else -rows_out end) as rows_quarantined,
      max(reason) as reason, max(sequencer) as sequencer, max(created) as created, max(finished) as finished
    from done group by all having count(*) filter (replay is null) > 0),
  judged as (select *, parts is null or parts_count = parts as complete from per_shard)
  select *, count(*) filter (complete and state = 'transformed') over (partition by key, version) as times
  from judged
  qualify row_number() over (partition by key, version order by complete desc, state = 'quarantined', finished desc) = 1`;

type Value = string | number | boolean | undefined;

function append(appender: DuckDBAppender, values: readonly Value[]): void {
  for (const value of values) {
    if (value === undefined) appender.appendNull();
    else if (typeof value === 'number') appender.appendBigInt(BigInt(value));
    else if (typeof value === 'boolean') appender.appendBoolean(value);
    else appender.appendVarchar(value);
  }
  appender.endRow();
}

export class ReconcileStore {
  readonly #folder: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #listed: DuckDBAppender;
  readonly #done: DuckDBAppender;
  private constructor(
    folder: string,
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    listed: DuckDBAppender,
    done: DuckDBAppender,
  ) {
    this.#folder = folder;
    this.#instance = instance;
    this.#connection = connection;
    this.#listed = listed;
    this.#done = done;
  }

  static async open(): Promise<ReconcileStore> {
    const folder = await mkdtemp(join(tmpdir(), 'decant-reconcile-'));
    const instance = await DuckDBInstance.create(join(folder, 'reconcile.duckdb'), {
      memory_limit: '1GB',
      threads: '2',
    });
    const connection = await instance.connect();
    await connection.run(SCHEMA);
    return new ReconcileStore(
      folder,
      instance,
      connection,
      await connection.createAppender('listed'),
      await connection.createAppender('done'),
    );
  }

  addListed(versions: readonly ListedVersion[]): void {
    for (const v of versions) append(this.#listed, [v.key, v.version, v.size, v.etag, v.at, v.marker]);
  }

  /** @param members of the shard's file, which know sequencer and time of each version */
  addResult(result: ShardResult, members: readonly Member[]): void {
    const shard = boundShard(result.shard);
    const [, part, replay] = /^[0-9a-f]{24}(?:-(p\d+))?(?:-(r\d+))?$/.exec(result.shard) ?? [];
    const suffix = replay === undefined ? undefined : result.shard.slice(shard.length + 1);
    const known = new Map(members.map((m) => [`${m.key}\0${m.version}`, m]));
    for (const m of result.members) {
      if (m.state === 'skipped') continue;
      const member = known.get(`${m.key}\0${m.version}`);
      append(this.#done, [
        ...[
          m.key,
          m.version,
          result.dataset,
          shard,
          part,
          suffix,
          result.contract,
          result.attempt,
          result.parts,
          m.state,
        ],
        ...[m.rowsIn, m.rowsOut, m.rowsQuarantined, m.reason?.code, member?.sequencer, member?.at, result.finishedAt],
      ]);
    }
  }

  /** Every listed version with what the results say of it, some two thousand at a time. */
  async *seen(): AsyncGenerator<Seen[]> {
    this.#listed.closeSync();
    this.#done.closeSync();
    await this.#connection.run(BEST);
    const found = await this.#connection.stream(
      `select l.*, b.* exclude (key, version, created), b.created as done_created from listed l left join best b using (key, version)`,
    );
    for await (const rows of found.yieldRowObjectJs()) yield rows.map(toSeen);
  }

  /** Which of these versions the listing holds; after `seen`. */
  async listed(ids: readonly { key: string; version: string }[]): Promise<Set<string>> {
    await this.#connection.run('create or replace temp table asked (key varchar, version varchar)');
    const asked = await this.#connection.createAppender('asked');
    for (const { key, version } of ids) append(asked, [key, version]);
    asked.closeSync();
    const found = await this.#connection.runAndReadAll(
      'select key, version from listed semi join asked using (key, version)',
    );
    return new Set(found.getRowsJS().map(([key, version]) => `${plain(key)}\0${plain(version)}`));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Texts and numbers, as DuckDB gives them. */
const plain = (value: unknown): string => (typeof value === 'string' ? value : `${value as number | bigint}`);

function toSeen(row: Record<string, unknown>): Seen {
  const text = (name: string): string | undefined => (row[name] === null ? undefined : plain(row[name]));
  const number = (name: string): number => Number(row[name] ?? 0);
  const names = (name: string): string[] => text(name)?.split(',') ?? [];
  const listed: ListedVersion = {
    key: text('key') ?? '',
    version: text('version') ?? '',
    size: number('size'),
    etag: text('etag'),
    at: text('created') ?? '',
    marker: row['marker'] === true,
  };
  if (text('shard') === undefined) return { listed, done: undefined };
  const done: Done = {
    dataset: text('dataset') ?? '',
    shard: text('shard') ?? '',
    contract: text('contract') ?? '',
    attempt: number('attempt'),
    parts: text('parts') === undefined ? undefined : number('parts'),
    partsDone: names('parts_done'),
    replays: names('replays'),
    complete: row['complete'] === true,
    state: text('state') as Done['state'],
    rowsIn: number('rows_in'),
    rowsOut: number('rows_out'),
    rowsQuarantined: number('rows_quarantined'),
    reason: text('reason'),
    sequencer: text('sequencer'),
    at: text('done_created'),
    times: number('times'),
  };
  return { listed, done };
}
