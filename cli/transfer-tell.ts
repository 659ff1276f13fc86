/** Tells what became of executions: lines for people, the exit code for programs. */
import { Exit } from '../runtime/errors.ts';
import type { Archived } from '../runtime/transfer/stock.ts';
import type { OpenFile } from '../runtime/transfer/tally.ts';
import { formatBytes, formatSeconds } from './table.ts';
import type { Io } from './verb.ts';

/** Names listed of things that may be many. */
const FIRST = 10;

const count = (n: number): string => n.toLocaleString('en-US');

/** `1 file waits for another try` */
export const waiting = (open: number, rerun: boolean): string => {
  if (rerun) return 'files were not come to';
  return open === 1 ? '1 file waits for another try' : `${count(open)} files wait for another try`;
};

/** `assays: success in 3 s: 12 transferred (4.0 MiB), 0 skipped, 1 failed, 12 verified, 0 deleted` */
export function archivedText({ kept, summary: s }: Archived): string {
  const { outcome: o } = s;
  const seconds = s.endedAt === undefined ? 0 : (Date.parse(s.endedAt) - Date.parse(s.startedAt)) / 1000;
  const parts = [
    `${count(o.transferred)} transferred (${formatBytes(o.bytes)})`,
    `${count(o.skipped + o.unchanged)} skipped`,
    `${count(o.failed)} failed`,
    `${count(o.verified)} verified`,
    `${count(o.deleted)} deleted`,
    ...(o.untouched > 0 ? [`${count(o.untouched)} not come to`] : []),
  ];
  const error = s.error === undefined ? '' : ` (${s.error})`;
  return `${s.dataset}: ${s.status.toLowerCase()}${error} in ${formatSeconds(seconds)}: ${parts.join(', ')}; report in ${kept.record.archived?.evidence ?? ''}`;
}

/** Says how executions ended, what does not agree, and sets the exit code. */
export function tellArchived(io: Io, done: readonly Archived[], json: boolean): void {
  for (const one of done) {
    if (!json) io.out.write(`${archivedText(one)}\n`);
    for (const problem of one.summary.problems) io.err.write(`${one.summary.dataset}: ${problem}\n`);
  }
  setExit(
    io,
    done.map((d) => d.summary),
  );
}

/** Exit code 1 when something is still to be moved, else 3 when reports and counts do not agree. Of each dataset the newest counts. */
export function setExit(
  io: Io,
  summaries: readonly { dataset: string; open: number; rerun: boolean; problems: readonly string[] }[],
): void {
  const newest = new Map(summaries.map((s) => [s.dataset, s]));
  for (const [dataset, { open, rerun }] of newest) {
    if (open === 0 && !rerun) continue;
    io.exitCode = Exit.failed;
    io.err.write(`${dataset}: ${waiting(open, rerun)}; run decant transfer retry ${dataset}\n`);
  }
  if (io.exitCode === Exit.done && summaries.some((s) => s.problems.length > 0)) io.exitCode = Exit.mismatch;
}

/** The first of the files that failed, each with its reason. */
export function tellOpen(io: Io, dataset: string, files: Iterable<OpenFile>): void {
  const all = [...files];
  for (const f of all.slice(0, FIRST)) io.err.write(`${dataset}: ${f.path}: ${f.phase}: ${f.reason}\n`);
  if (all.length > FIRST) io.err.write(`${dataset}: … and ${count(all.length - FIRST)} more\n`);
}
