/** What is known of a dataset's executions: from DataSync while it remembers them, from the records afterwards. */
import { archive, evidenceFolder, type Summary } from './archive.ts';
import { describeExecution, executionId, hasEnded, listExecutions, type Execution } from './execution.ts';
import type { Open } from './judge.ts';
import { readOpen } from './open-files.ts';
import type { TransferPlace } from './place.ts';
import { readRecord, recordId, recordIds, refreshed, writeRecord, type Kept } from './record.ts';
import { describeTask, reportPlace, scopeOf, type Task } from './task.ts';

export interface Run extends Kept {
  /** Undefined when DataSync has forgotten it. */
  readonly execution: Execution | undefined;
}

export interface Stock {
  readonly task: Task;
  /** Executions whose report is not in the evidence bucket, oldest first; queued and running ones are among them. */
  readonly unarchived: readonly Run[];
  /** The newest execution whose report is. */
  readonly archived: Kept | undefined;
}

export const isRunning = (run: Kept): boolean => !hasEnded(run.record.status);

/** Reads; writes nothing. */
export async function takeStock(place: TransferPlace, dataset: string): Promise<Stock> {
  const [task, ids] = await Promise.all([describeTask(place, dataset), recordIds(place, dataset)]);
  const unarchived: Run[] = [];
  let archived: Kept | undefined;
  // They are archived in the order of their start: before one that is, all are.
  for (const id of ids.reverse()) {
    const kept = await readRecord(place, dataset, id);
    if (kept?.record.archived) {
      archived = kept;
      break;
    }
    if (kept) unarchived.push(await look(place, kept));
  }
  const known = new Set(ids.map((id) => id.slice(id.indexOf('-') + 1)));
  const unknown = (await listExecutions(place.datasync, task.arn)).filter((e) => !known.has(executionId(e.arn)));
  for (const { arn } of unknown) {
    const execution = await describeExecution(place.datasync, arn);
    if (execution) unarchived.push(firstSeen(task, execution));
  }
  return { task, unarchived: unarchived.sort((a, b) => (a.id < b.id ? -1 : 1)), archived };
}

/** An execution that has no record yet. */
export function firstSeen(task: Task, execution: Execution): Run {
  const { scope, list } = scopeOf(execution, task.raw);
  const report = reportPlace(execution.raw) ?? reportPlace(task.raw);
  const record = refreshed(
    { dataset: task.dataset, scope, list, report: report && { bucket: report.bucket, prefix: report.prefix } },
    execution,
  );
  return { id: recordId(execution), record, execution };
}

async function look(place: TransferPlace, { id, record }: Kept): Promise<Run> {
  const execution = await describeExecution(place.datasync, record.arn);
  if (execution) return { id, record: refreshed(record, execution), execution };
  // What DataSync has forgotten runs no more.
  return { id, record: hasEnded(record.status) ? record : { ...record, status: 'ERROR' }, execution };
}

/** What is open after the newest archived execution. */
export async function openNow(place: TransferPlace, dataset: string, archived: Kept | undefined): Promise<Open> {
  const done = archived?.record.archived;
  if (!archived || !done) return { files: new Map(), rerun: false };
  return {
    files: done.open > 0 ? await readOpen(place, dataset, archived.id) : new Map(),
    rerun: done.rerun,
  };
}

export interface Archived {
  readonly kept: Kept;
  readonly summary: Summary;
}

/**
 * Writes what is known into the records, and archives the reports of executions that have ended, in the order of their start, up to the
 * first that has not.
 */
export async function bringUp(place: TransferPlace, stock: Stock, asIs = false): Promise<Archived[]> {
  const { dataset } = stock.task;
  const out: Archived[] = [];
  let newest = stock.archived;
  // First, while the stock is fresh: reports may take minutes, in which another program archives what runs now.
  for (const run of stock.unarchived) await writeRecord(place, run.id, run.record);
  for (const run of stock.unarchived) {
    // takeStock stops at the newest that is archived: none may be archived before an older one.
    if (isRunning(run)) break;
    const before = await openNow(place, dataset, newest);
    const summary = await archive(place, { kept: run, execution: run.execution, before, asIs });
    const evidence = `s3://${place.evidenceBucket}/${evidenceFolder(run.record)}`;
    const { outcome, problems, open, rerun } = summary;
    newest = await writeRecord(place, run.id, {
      ...run.record,
      archived: { evidence, outcome, problems: [...problems], open, rerun },
    });
    out.push({ kept: newest, summary });
  }
  return out;
}
