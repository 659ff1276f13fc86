/** Takes arrived versions to work: contract, shard file, binding, execution, in this order. Every step may be repeated. */
import { UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import { matchDataset, type CompiledDataset } from './contracts.ts';
import { Executions } from './executions.ts';
import { keyOf, pack, type Packed } from './pack.ts';
import { ensureContract, writeShard } from './shards.ts';
import { grouped, inParallel } from './many.ts';
import type { Workplace } from './workplace.ts';

/** Rows that could not be taken on, and why; the others are bound and their executions started. */
export interface Failure {
  readonly row: LedgerRow;
  readonly error: Error;
}

export interface PackReport {
  /** Shards (parts count each) whose execution this call started. */
  readonly started: number;
  /** Versions that were bound by this call or are bound already. */
  readonly bound: number;
  readonly unclassified: number;
  /** Bound shards that have an execution of an earlier time: it runs, or it ended before the ledger was set back. */
  readonly begun: readonly string[];
  readonly failures: readonly Failure[];
}

/** Shards worked on at once: each is a few requests, and a cut object may have thousands of parts. */
const SHARDS_AT_ONCE = 8;

export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

export class Packer {
  readonly #work: Workplace;
  readonly #executions: Executions;
  /** Contracts this process has written: a warm function writes each once. */
  readonly #contracts = new Set<string>();
  constructor(work: Workplace) {
    this.#work = work;
    this.#executions = new Executions(work.sfn, work.ingestMachine);
  }

  /** Packs arrived rows of any datasets and starts their executions. Never throws: what failed is in the report. */
  async packAndStart(rows: readonly LedgerRow[]): Promise<PackReport> {
    const failures: Failure[] = [];
    const { sets, unclassified } = await this.#classify(rows, failures);
    const packed = sets.flatMap(([set, members]) =>
      pack(set, members, this.#work.limits).map((p) => ({ set, packed: p })),
    );
    const outcomes = await inParallel(packed, SHARDS_AT_ONCE, async ({ set, packed: p }) => {
      try {
        const bound = await this.bind(set, p, {}, failures);
        const started = bound.length ? await this.#start(set, p) : 0;
        const begun = bound.length > 0 && started < p.files.length ? [p.shard] : [];
        return { bound: bound.length, started, begun };
      } catch (error) {
        failures.push(...p.rows.map((row) => ({ row, error: asError(error) })));
        return { bound: 0, started: 0, begun: [] };
      }
    });
    const sum = (field: 'bound' | 'started'): number => outcomes.reduce((n, o) => n + o[field], 0);
    const begun = outcomes.flatMap((o) => o.begun);
    return { started: sum('started'), bound: sum('bound'), unclassified, begun, failures };
  }

  /**
   * Writes contract and shard files and binds the rows; returns those that are bound to this shard. A row that another packer
   * bound first is that one's; the task skips members that are not bound to its shard.
   */
  async bind(
    set: CompiledDataset,
    packed: Packed,
    { attempt = 1, list }: { attempt?: number; list?: string },
    failures: Failure[],
  ): Promise<LedgerRow[]> {
    const { workBucket, s3, ledger } = this.#work;
    if (!this.#contracts.has(set.hash)) {
      await ensureContract(workBucket, { dataset: set.dataset, source: set.source, contract: set.contract }, s3);
      this.#contracts.add(set.hash);
    }
    await inParallel(packed.files, SHARDS_AT_ONCE, (file) => writeShard(workBucket, file, s3));
    const binding = { shard: packed.shard, contract: set.hash, attempt, parts: packed.parts, list };
    const outcomes = await ledger.bindAll(packed.rows, binding);
    const bound: LedgerRow[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      const row = packed.rows[i];
      if (!row) continue;
      if (outcome instanceof Error) failures.push({ row, error: outcome });
      else if (outcome === 'done') bound.push(row);
    }
    return bound;
  }

  async #start(set: CompiledDataset, packed: Packed): Promise<number> {
    const runs = packed.files.map((f) => ({
      dataset: set.dataset,
      shard: f.header.shard,
      contract: set.hash,
      attempt: 1,
    }));
    return (await inParallel(runs, SHARDS_AT_ONCE, (run) => this.#executions.start(run))).filter(Boolean).length;
  }

  /**
   * Starts the executions of bound rows that have none: a packer died between binding and starting. Rows of a backfill are
   * the backfill's.
   */
  async resume(rows: readonly LedgerRow[]): Promise<{ resumed: number; failures: Failure[] }> {
    const shards = grouped(
      rows.filter((r) => r.list === undefined && r.shard !== undefined),
      (r) => `${r.shard}/${r.attempt}`,
    );
    const failures: Failure[] = [];
    const counts = await inParallel([...shards.values()], SHARDS_AT_ONCE, async (members) => {
      try {
        return await this.#resumeShard(members[0] as LedgerRow);
      } catch (error) {
        failures.push(...members.map((row) => ({ row, error: asError(error) })));
        return 0;
      }
    });
    return { resumed: counts.reduce((a, b) => a + b, 0), failures };
  }

  async #resumeShard(row: LedgerRow): Promise<number> {
    const runs = shardRuns(row).filter((run) => !row.partsDone?.includes(run.shard.slice(25)));
    const started = await inParallel(runs, SHARDS_AT_ONCE, async (run) =>
      (await this.#executions.status(run)) === undefined ? this.#executions.start(run) : false,
    );
    return started.filter(Boolean).length;
  }

  /** The dataset of a row is what the contracts say now; a row that changes its dataset is moved in the ledger first. */
  async #classify(rows: readonly LedgerRow[], failures: Failure[]) {
    const { ledger, compiled } = this.#work;
    const known: [CompiledDataset, LedgerRow][] = [];
    let unclassified = 0;
    for (const row of rows) {
      const set = matchDataset(keyOf(row), compiled);
      const dataset = set?.dataset ?? UNCLASSIFIED;
      try {
        const mine = row.dataset === dataset || (await ledger.reclassify(row, dataset));
        if (!set) unclassified++;
        else if (mine) known.push([set, { ...row, dataset }]);
      } catch (error) {
        failures.push({ row, error: asError(error) });
      }
    }
    const sets = [...grouped(known, ([set]) => set)].map(([set, pairs]) => [set, pairs.map(([, row]) => row)] as const);
    return { sets, unclassified };
  }
}

/** The executions of the shard that a row is bound to: one, or one per part. */
export function shardRuns({ dataset, shard = '', contract = '', attempt = 1, parts }: LedgerRow) {
  const ids = parts === undefined ? [shard] : Array.from({ length: parts }, (_, i) => `${shard}-p${i}`);
  return ids.map((id) => ({ dataset, shard: id, contract, attempt }));
}
