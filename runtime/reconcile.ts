/** Reconcile: makes ledger, raw listing and results agree again. A lost ledger and lost events end here. */
import { RawKeys, WorkKeys } from '../protocol/keys.ts';
import { compareVersions, openStates, UNCLASSIFIED, type LedgerRow } from '../protocol/ledger.ts';
import { recatalog } from './catalog/recatalog.ts';
import type { Registry } from './catalog/register.ts';
import { mergeAgain, unmerged } from './catalog/unmerged.ts';
import { matchDataset, type CompiledDataset } from './contracts.ts';
import { Executions } from './executions.ts';
import { listKeys, listVersions } from './listing.ts';
import { inParallel } from './many.ts';
import { keyOf } from './pack.ts';
import { Packer, shardRuns, type Failure } from './packer.ts';
import { judge, type Finding, type Verdict } from './reconcile-judge.ts';
import { ReconcileStore, type Seen } from './reconcile-store.ts';
import { redrive } from './redrive.ts';
import { exists, readResult, readShard, shardKey } from './shards.ts';
import type { Workplace } from './workplace.ts';

/** Results read at once: each holds up to 1,000 members. */
const RESULTS_AT_ONCE = 8;
const WRITES_AT_ONCE = 16;
/** Keys kept per finding, for a person to begin with. */
const FIRST = 10;
/** Versions packed at a time. */
const CHUNK = 20_000;
/** Younger than this is in work: arrivals and the sweeper have it packed in three minutes. */
const IN_WORK_MS = 10 * 60_000;

export interface ReconcileReport {
  readonly listed: number;
  readonly results: number;
  /** Shards that a task is at, or that a backfill works on. */
  readonly inWork: number;
  readonly findings: Readonly<Partial<Record<Finding, { readonly count: number; readonly first: readonly string[] }>>>;
  readonly failures: readonly Failure[];
}

export interface ReconcileOptions {
  /** Only this dataset: the objects below its prefix, its results and its rows. @default all */
  readonly only?: CompiledDataset | undefined;
  /** Say what is wrong, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** Nobody else is at work (after a crash): rows are judged however young they are. */
  readonly quiet?: boolean | undefined;
  /** The catalog, which is made to agree as well. */
  readonly registry: Registry;
  /** Also look whether the data files that results name exist: one request a file. */
  readonly files?: boolean | undefined;
  readonly onProgress?: (progress: { listed: number; results: number }) => void;
}

export async function reconcile(work: Workplace, options: ReconcileOptions): Promise<ReconcileReport> {
  const store = await ReconcileStore.open();
  try {
    return await new Reconciliation(work, options, store).run();
  } finally {
    await store.close();
  }
}

class Reconciliation {
  readonly #work: Workplace;
  readonly #options: ReconcileOptions;
  readonly #store: ReconcileStore;
  readonly #started = new Date();
  readonly #findings: Partial<Record<Finding, { count: number; first: string[] }>> = {};
  readonly #failures: Failure[] = [];
  /** Shards whose rows were taken back; each gets one new attempt. */
  readonly #takenBack = new Map<string, LedgerRow>();
  /** Rebuilt rows of whole objects in quarantine: a newer version may have cleared them. */
  readonly #quarantined = new Set<string>();
  /** Packed shards whose execution was there before. */
  readonly #begun = new Set<string>();
  #toPack: LedgerRow[] = [];
  #listed = 0;
  #results = 0;
  /** Datasets that are compared, and the keys that belong to them. */
  readonly #datasets: readonly CompiledDataset[];
  readonly #prefix: string;
  constructor(work: Workplace, options: ReconcileOptions, store: ReconcileStore) {
    this.#work = work;
    this.#options = options;
    this.#store = store;
    const { only } = options;
    this.#datasets = only ? [only] : work.compiled.datasets;
    this.#prefix = only ? RawKeys.object.prefix({ source: only.source, dataset: only.dataset }) : '';
  }

  async run(): Promise<ReconcileReport> {
    await this.#readResults();
    for await (const page of listVersions(this.#work.s3, this.#work.rawBucket, this.#prefix)) {
      this.#store.addListed(page);
      this.#listed += page.length;
      this.#options.onProgress?.({ listed: this.#listed, results: this.#results });
    }
    for await (const seen of this.#store.seen()) await this.#mend(seen);
    await this.#pack();
    await this.#startTakenBack();
    await this.#clearQuarantined();
    await this.#findGone();
    const inWork = await this.#redrive();
    await this.#catalog();
    return { listed: this.#listed, results: this.#results, inWork, findings: this.#findings, failures: this.#failures };
  }

  /** Results are read before the listing: a version that is transformed in between is in the ledger, too. */
  async #readResults(): Promise<void> {
    const { s3, workBucket } = this.#work;
    const { only } = this.#options;
    for await (const page of listKeys(s3, workBucket, WorkKeys.result.prefix(only && { dataset: only.dataset }))) {
      const ids = page.flatMap(({ key }) => WorkKeys.result.parse(key) ?? []);
      await inParallel(ids, RESULTS_AT_ONCE, async ({ dataset, shard }) => {
        const result = await readResult(workBucket, dataset, shard, s3);
        if (!result) return;
        const file = shardKey({ dataset, shard });
        const known = (await exists(workBucket, file, s3)) ? (await readShard(workBucket, file, s3)).members : [];
        this.#store.addResult(result, known);
        this.#results += 1;
        await this.#checkData(result.tables);
      });
    }
  }

  async #checkData(tables: readonly { key: string; mode: string }[]): Promise<void> {
    const { files, registry } = this.#options;
    if (!files) return;
    // Snapshots of merge tables are removed after a day; a table without rows has no file.
    for (const { key } of tables.filter((t) => t.mode !== 'merge' && t.key !== '')) {
      if (!(await exists(registry.transformedBucket, key, this.#work.s3))) this.#found('dataMissing', key);
    }
  }

  async #mend(seen: readonly Seen[]): Promise<void> {
    const { ledger, rawBucket, compiled } = this.#work;
    const ids = seen.map(({ listed }) => ({ object: `${rawBucket}/${listed.key}`, version: listed.version }));
    const rows = await ledger.getMany(ids);
    const now = new Date().toISOString();
    const settledBefore = this.#settledBefore();
    const verdicts = seen.flatMap((s): Verdict[] => {
      const row = rows.get(`${rawBucket}/${s.listed.key}\0${s.listed.version}`);
      const dataset = matchDataset(s.listed.key, compiled)?.dataset ?? UNCLASSIFIED;
      const verdict = judge({ ...s, row, dataset, bucket: rawBucket, now, settledBefore });
      if (verdict) this.#found(verdict.finding, s.listed.key);
      return verdict ? [verdict] : [];
    });
    if (this.#options.dryRun) return;
    await inParallel(verdicts, WRITES_AT_ONCE, (verdict) => this.#apply(verdict, rows));
    if (this.#toPack.length >= CHUNK) await this.#pack();
  }

  async #apply({ finding, row }: Verdict, rows: ReadonlyMap<string, LedgerRow>): Promise<void> {
    if (!row) return;
    const { ledger } = this.#work;
    if (finding === 'waiting') {
      this.#toPack.push(row);
    } else if (finding === 'resultMissing') {
      const attempt = (row.attempt ?? 1) + 1;
      if (await ledger.takeBack(row, attempt)) this.#takenBack.set(row.shard ?? '', { ...row, attempt });
    } else if (finding === 'behind') {
      const before = rows.get(`${row.object}\0${row.version}`);
      if (before) await ledger.settle(before, row);
    } else if ((await ledger.record(row)) === 'recorded') {
      if (row.state === 'arrived') this.#toPack.push(row);
      if (row.state === 'quarantined') this.#quarantined.add(row.object);
    }
  }

  async #startTakenBack(): Promise<void> {
    const executions = new Executions(this.#work.sfn, this.#work.ingestMachine);
    const runs = [...this.#takenBack.values()].flatMap(shardRuns);
    await inParallel(runs, WRITES_AT_ONCE, (run) => executions.start(run));
  }

  /** A newer version that is transformed clears an older one in quarantine. */
  async #clearQuarantined(): Promise<void> {
    for (const object of this.#quarantined) {
      const versions = await this.#work.ledger.versions(object);
      const newest = versions.findLast((v) => v.state === 'transformed' || v.state === 'deleted');
      if (newest) await this.#work.ledger.supersedeOlder(newest);
    }
  }

  async #pack(): Promise<void> {
    const rows = this.#toPack.sort(compareVersions);
    this.#toPack = [];
    if (rows.length === 0) return;
    const { failures, begun } = await new Packer(this.#work).packAndStart(rows);
    this.#failures.push(...failures);
    for (const shard of begun) this.#begun.add(shard);
  }

  /** Open rows whose version the listing does not hold: removed for good, and the event was lost. */
  async #findGone(): Promise<void> {
    const { ledger } = this.#work;
    const before = this.#started.toISOString();
    const known = openStates.filter((state) => state !== 'unclassified');
    const places = this.#datasets.flatMap(({ dataset }) => known.map((state) => [dataset, state] as const));
    for (const [dataset, state] of [...places, [UNCLASSIFIED, 'unclassified'] as const]) {
      const held: LedgerRow[] = [];
      for await (const row of ledger.open(dataset, state, { before })) {
        if (!keyOf(row).startsWith(this.#prefix)) continue;
        held.push(row);
        if (held.length >= CHUNK) await this.#discardGone(held.splice(0));
      }
      if (held.length > 0) await this.#discardGone(held);
    }
  }

  async #discardGone(rows: readonly LedgerRow[]): Promise<void> {
    const listed = await this.#store.listed(rows.map((r) => ({ key: keyOf(r), version: r.version })));
    const gone = rows.filter((r) => !listed.has(`${keyOf(r)}\0${r.version}`));
    for (const row of gone) this.#found('gone', keyOf(row));
    if (!this.#options.dryRun) await inParallel(gone, WRITES_AT_ONCE, (row) => this.#work.ledger.discard(row));
  }

  /** Shards that nobody works on. */
  async #redrive(): Promise<number> {
    const { dryRun, quiet } = this.#options;
    // What this run has packed is bound since then, and is no finding.
    const before = this.#settledBefore();
    let inWork = 0;
    for (const { dataset } of this.#datasets) {
      const report = await redrive(this.#work, dataset, { before, dryRun, quiet });
      for (const { shard } of report.redriven) this.#found('stuck', `${dataset}/${shard}`);
      inWork += report.running.length + report.inBackfill.length;
      // The ledger was behind its executions: those that have ended will not do the work.
      if (this.#begun.size > 0) await redrive(this.#work, dataset, { shards: this.#begun, dryRun, quiet });
    }
    return inWork;
  }

  /** A run that died after its commit has told the catalog nothing; a catalog may have been set back. */
  async #catalog(): Promise<void> {
    const { registry, only, dryRun } = this.#options;
    if (!dryRun) await recatalog(registry, only?.dataset);
    for (const set of this.#datasets) {
      const lacking = await unmerged(registry, set, this.#settledBefore());
      for (const { table, result } of lacking) this.#found('unmerged', `${table} ← ${result.shard}`);
      if (!dryRun) await mergeAgain(this.#work, lacking);
    }
  }

  /** What is older than this is not in work any more. */
  #settledBefore(): string {
    const age = this.#options.quiet ? 0 : IN_WORK_MS;
    return new Date(this.#started.getTime() - age).toISOString();
  }

  #found(finding: Finding, key: string): void {
    const entry = (this.#findings[finding] ??= { count: 0, first: [] });
    entry.count += 1;
    if (entry.first.length < FIRST) entry.first.push(key);
  }
}
