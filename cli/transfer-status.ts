/** `decant transfer status` and `report`. */
import { UserError, Exit } from '../runtime/errors.ts';
import { CorruptReportError } from '../runtime/transfer/report.ts';
import { IncompleteReportError } from '../runtime/transfer/archive.ts';
import { transferStatus } from '../runtime/transfer/status.ts';
import { bringUp, isRunning, takeStock, type Archived } from '../runtime/transfer/stock.ts';
import { writeJson } from './io.ts';
import { transferAttention, transferTable } from './transfer-table.ts';
import { openTransfer } from './transfer-target.ts';
import { tellArchived } from './transfer-tell.ts';
import type { ReportOptions, TransferOptions } from './transfer-options.ts';
import type { Io } from './verb.ts';

export async function status(named: string[], options: TransferOptions, io: Io): Promise<void> {
  const { target, place, datasets } = await openTransfer(named, options, io, false);
  const states = await transferStatus(place, datasets);
  if (options.json) writeJson(io, { environment: target.environmentName, transfers: states });
  else io.out.write(states.length > 0 ? transferTable(states) : 'no dataset has a transfer task\n');
  for (const attention of transferAttention(states)) io.err.write(`${attention}\n`);
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
