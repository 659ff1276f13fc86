/** Whether a report agrees with the execution's own counts, and what became of every file. Pure. */
import { missingNumbers, reportKinds, listsSuccesses, partName, type ReportKind } from './report.ts';
import type { Execution } from './execution.ts';
import type { Outcome } from './record.ts';
import type { Scope } from './task.ts';
import type { OpenFile, Tally } from './tally.ts';

export interface Judgement {
  readonly outcome: Outcome;
  /** Parts or rows are not there: the evidence is not whole. */
  readonly missing: readonly string[];
  /** What does not agree although all is there. */
  readonly problems: readonly string[];
}

const few = (names: readonly (string | number)[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;

/** Gaps in the numbers of the parts. */
export function missingParts(keys: readonly string[]): string[] {
  const names = keys.map(partName).filter((n) => n !== undefined);
  return reportKinds.flatMap((kind) => {
    const gaps = missingNumbers(names.filter((n) => n.kind === kind).map((n) => n.number));
    return gaps.length === 0
      ? []
      : [`of the report of what was ${kind}, ${gaps.length} parts are not there: ${few(gaps)}`];
  });
}

/** `execution` is undefined when DataSync has forgotten it: then there is nothing to compare the rows with. */
export function judge(execution: Execution | undefined, tally: Tally, keys: readonly string[]): Judgement {
  const missing = missingParts(keys);
  const problems: string[] = [];
  const say = (lacks: boolean, text: string) => (lacks ? missing : problems).push(text);
  if (execution === undefined)
    problems.push(
      'DataSync has forgotten the execution (after 30 days): its counts could not be compared with the report',
    );
  else for (const kind of reportKinds) compare(execution, tally, kind, say);
  if (execution?.counts.failed) {
    const { prepare, transfer, verify } = execution.counts.failed;
    agree(prepare + transfer, tally.bad.transferred.files + tally.bad.skipped.files, 'failed', say);
    agree(verify, tally.bad.verified.files, 'failed the verification', say);
  }
  if (tally.notDeleted.length > 0)
    problems.push(`${tally.notDeleted.length} files could not be deleted at the destination: ${few(tally.notDeleted)}`);
  const outcome = outcomeOf(execution, tally);
  const { listed, failed } = execution?.counts ?? {};
  const told = outcome.transferred + outcome.skipped + outcome.failed + outcome.unchanged;
  if (listed !== undefined && told > listed + (failed?.prepare ?? 0))
    problems.push(`${told} files are told of, but only ${listed} were listed at the source`);
  return { outcome, missing, problems };
}

function compare(e: Execution, tally: Tally, kind: ReportKind, say: (lacks: boolean, text: string) => unknown): void {
  if (!listsSuccesses(e.raw.TaskReportConfig, kind)) return;
  // In Basic mode folders count as files.
  const rows = tally.ok[kind].files + (e.mode === 'BASIC' ? tally.ok[kind].folders : 0);
  agree(e.counts[kind], rows, `were ${kind}`, say);
}

function agree(counted: number, rows: number, what: string, say: (lacks: boolean, text: string) => unknown): void {
  if (counted !== rows) say(rows < counted, `DataSync counts ${counted} files that ${what}, its report names ${rows}`);
}

function outcomeOf(e: Execution | undefined, tally: Tally): Outcome {
  const { ok, unverified, failures } = tally;
  const transferred = ok.transferred.files - unverified.transferred.files;
  const skipped = ok.skipped.files - unverified.skipped.files;
  const failed = failures.size;
  const gap = listedGap(e, transferred + skipped + failed);
  const unchanged = e === undefined ? 0 : Math.min(gap, neverPrepared(e, skipped));
  return {
    transferred,
    bytes: ok.transferred.bytes - unverified.transferred.bytes,
    skipped,
    failed,
    verified: ok.verified.files,
    deleted: ok.deleted.files,
    unchanged,
    // Basic mode tells no listing; what it meant to transfer, folders included, tells as much of what it did not come to.
    untouched: Math.max(gap - unchanged, tally.unseen.size, e?.mode === 'BASIC' ? basicGap(e, tally) : 0),
  };
}

/**
 * Files that were listed and that nothing is told of. DataSync does not say whether a file that could not be prepared counts as listed:
 * where the sum is right with it or without, nothing is lacking.
 */
function listedGap(e: Execution | undefined, told: number): number {
  const { listed = 0, failed } = e?.counts ?? {};
  return told === listed ? 0 : Math.max(0, listed + (failed?.prepare ?? 0) - told);
}

/** Files that were compared with the destination and found the same, where the preparation has ended well. */
function neverPrepared({ counts, raw }: Execution, skipped: number): number {
  if (counts.listed === undefined || counts.prepared === undefined || raw.Result?.PrepareStatus !== 'SUCCESS') return 0;
  return Math.max(0, counts.listed - counts.prepared - (counts.failed?.prepare ?? 0) - skipped);
}

function basicGap({ counts, status }: Execution, { ok, bad }: Tally): number {
  if (status === 'SUCCESS') return 0;
  // What it meant to delete counts as to be transferred.
  const told = [ok.transferred, bad.transferred, ok.deleted, bad.deleted].reduce((n, s) => n + s.files + s.folders, 0);
  return Math.max(0, counts.filesToTransfer - told);
}

/** What waits for another try after an execution. */
export interface Open {
  readonly files: ReadonlyMap<string, OpenFile>;
  /** The whole task must run again: files are untouched that nobody can name. */
  readonly rerun: boolean;
}

/**
 * `retryList`: the execution was given one of our own lists, all of whose paths were open before. `whole`: its report is complete.
 */
export function openAfter(
  before: Open,
  run: { launched: boolean; scope: Scope; retryList: boolean; succeeded: boolean; whole: boolean },
  tally: Tally,
  outcome: Outcome,
): Open {
  if (!run.launched) return before;
  const stopped =
    outcome.untouched > 0 || tally.failedFolders.length > 0 || (!run.succeeded && tally.failures.size === 0);
  const fresh = run.scope === 'all' && !stopped && run.whole;
  const files = new Map(fresh ? [] : before.files);
  for (const path of tally.healed) files.delete(path);
  for (const [path, failure] of tally.failures) files.set(path, failure);
  return { files, rerun: fresh ? false : before.rerun || ((stopped || !run.whole) && !run.retryList) };
}
