/** `decant transfer status` and `report`. */
import { UserError, Exit } from '../runtime/errors.ts';
import { CorruptReportError } from '../runtime/transfer/report.ts';
import { IncompleteReportError } from '../runtime/transfer/archive.ts';
import { transferStatus, type TransferStatus } from '../runtime/transfer/status.ts';
import { bringUp, isRunning, takeStock, type Archived } from '../runtime/transfer/stock.ts';
import { writeJson } from './io.ts';
import { formatBytes, formatSeconds, formatTable, type TableColumn } from './table.ts';
import { openTransfer, type TransferOptions } from './transfer-target.ts';
import { tellArchived } from './transfer-tell.ts';
import type { ReportOptions } from './transfer.ts';
import type { Io } from './verb.ts';

export async function status(named: string[], options: TransferOptions, io: Io): Promise<void> {
  const { target, place, datasets } = await openTransfer(named, options, io, false);
  const states = await transferStatus(place, datasets);
  if (options.json) writeJson(io, { environment: target.environmentName, transfers: states });
  else io.out.write(states.length > 0 ? transferTable(states) : 'no dataset has a transfer task\n');
  for (const attention of transferAttention(states)) io.err.write(`${attention}\n`);
}

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
    if (s.rerun) say('files were not come to', 'retry');
    else if (s.open > 0) say(`${s.open} files wait for another try`, 'retry');
    if (s.last?.problems.length) out.push(`${s.dataset}: ${s.last.problems.join('; ')}`);
    return out;
  });
}

export async function report(named: string[], options: ReportOptions, io: Io): Promise<void> {
  const { place, datasets } = await openTransfer(named, options, io, false);
  const done: Archived[] = [];
  const due: { dataset: string; execution: string; startedAt: string }[] = [];
  for (const dataset of datasets) {
    const stock = await takeStock(place, dataset);
    due.push(
      ...stock.unarchived
        .filter((r) => !isRunning(r))
        .map(({ record }) => ({ dataset, execution: record.arn, startedAt: record.startedAt })),
    );
    if (options.dryRun) continue;
    try {
      done.push(...(await bringUp(place, stock, options.asIs)));
    } catch (error) {
      if (!(error instanceof IncompleteReportError || error instanceof CorruptReportError)) throw error;
      io.err.write(`${dataset}: ${error.message}\n`);
      io.exitCode = Exit.mismatch;
    }
  }
  if (options.dryRun && options.asIs)
    throw new UserError('--as-is archives; --dry-run archives nothing: give one of them');
  if (options.json) writeJson(io, options.dryRun ? { dryRun: true, due } : { archived: done.map((d) => d.summary) });
  else if (options.dryRun)
    io.out.write(due.map((d) => `${d.dataset} ${d.execution} ${d.startedAt}\n`).join('') || 'nothing to archive\n');
  else if (done.length === 0 && io.exitCode === Exit.done) io.err.write('every report is archived\n');
  if (!options.dryRun) tellArchived(io, done, options.json === true);
}
