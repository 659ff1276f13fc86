/** The transfers of an environment as a table, and what a person should do about them. */
import type { TransferStatus } from '../runtime/transfer/status.ts';
import { waiting } from './transfer-tell.ts';
import { formatBytes, formatSeconds, formatTable, type TableColumn } from './table.ts';

const right = (title: string): TableColumn => ({ title, align: 'right' });

/** A line for each dataset. */
export function transferTable(states: readonly TransferStatus[]): string {
  const columns = [
    'dataset',
    'state',
    'last transfer',
    right('took'),
    right('transferred'),
    right('bytes'),
    right('skipped'),
    right('failed'),
    right('verified'),
    right('to retry'),
  ];
  const rows = states.map((s) => {
    const { last } = s;
    const sums = last?.outcome;
    const counts = last?.counts;
    return [
      s.dataset,
      stateOf(s),
      last?.startedAt.replace(/\.\d+Z$/, 'Z'),
      last?.seconds === undefined ? undefined : formatSeconds(last.seconds),
      sums?.transferred ?? last?.files,
      last && formatBytes(sums?.bytes ?? last.bytes),
      sums ? sums.skipped + sums.unchanged : counts?.skipped,
      sums?.failed ?? (counts?.failed && counts.failed.prepare + counts.failed.transfer + counts.failed.verify),
      sums?.verified ?? counts?.verified,
      s.rerun ? 'all' : last && s.open,
    ];
  });
  return formatTable(columns, rows);
}

function stateOf(s: TransferStatus): string {
  if (s.last === undefined) return s.taskStatus === 'UNAVAILABLE' ? 'unavailable' : 'never run';
  return s.last.status.toLowerCase();
}

/** What a person should do about transfers, each with its command. */
export function transferAttention(states: readonly TransferStatus[]): string[] {
  return states.flatMap((s) => {
    const out: string[] = [];
    const say = (what: string, verb: string) =>
      out.push(`${s.dataset}: ${what}; run decant transfer ${verb} ${s.dataset}`);
    if (s.taskStatus === 'UNAVAILABLE')
      out.push(
        `${s.dataset}: its transfer task is unavailable: ${s.taskError ?? 'DataSync gives no reason'}; see that its agents are online`,
      );
    if (s.unarchived > 0) say(`${s.unarchived} ended transfers have a report that is not archived`, 'report');
    if (s.rerun || s.open > 0) say(waiting(s.open, s.rerun), 'retry');
    if (s.last?.problems.length) out.push(`${s.dataset}: ${s.last.problems.join('; ')}`);
    return out;
  });
}
