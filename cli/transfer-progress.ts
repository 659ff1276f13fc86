/** Shows how far executions have come: a line each that renews itself on a terminal, else a line when something changed. */
import type { Execution } from '../runtime/transfer/execution.ts';
import { progressText } from './progress.ts';
import type { Io } from './verb.ts';

/** Between two lines about the same execution where nobody watches. */
const LOG_MS = 10_000;

/** `nameOf` gives the dataset of an execution's task. */
export function transferProgress(
  io: Io,
  nameOf: (e: Execution) => string,
  now: () => number = Date.now,
): (executions: readonly Execution[]) => void {
  const terminal = io.err.isTTY === true;
  const told = new Map<string, { status: string; at: number }>();
  let lines = 0;
  return (executions) => {
    const text = (e: Execution) => executionText(nameOf(e), e, now());
    if (terminal) {
      const up = lines > 0 ? `\u001b[${lines}A` : '';
      io.err.write(up + executions.map((e) => `\r\u001b[K${text(e)}\n`).join(''));
      lines = executions.length;
      return;
    }
    for (const e of executions) {
      const before = told.get(e.arn);
      if (before && before.status === e.status && now() - before.at < LOG_MS) continue;
      told.set(e.arn, { status: e.status, at: now() });
      io.err.write(`${text(e)}\n`);
    }
  };
}

/** `assays: transferring, 1,200 of 5,000 files, 1.2 GiB of 3.0 GiB, 96.1 MiB/s, 20 s left` */
export function executionText(name: string, e: Execution, now: number): string {
  const { transferred, filesToTransfer, bytes, bytesToTransfer, failed } = e.counts;
  const since = e.raw.LaunchTime ?? e.startedAt;
  const seconds = ((e.endedAt?.getTime() ?? now) - since.getTime()) / 1000;
  const total = {
    ...(filesToTransfer > 0 && { items: filesToTransfer }),
    ...(bytesToTransfer > 0 && { bytes: bytesToTransfer }),
  };
  const status = e.status.toLowerCase();
  if (e.status === 'QUEUED' || e.status === 'LAUNCHING') return `${name}: ${status}`;
  const moved = progressText({ noun: 'files', items: transferred, bytes, total, seconds: Math.max(0, seconds) });
  const bad = failed ? failed.prepare + failed.transfer + failed.verify : 0;
  return `${name}: ${status}, ${moved}${bad > 0 ? `, ${bad.toLocaleString('en-US')} failed` : ''}`;
}
