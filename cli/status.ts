/** `decant status`: how far every dataset is, which alarms ring, and what needs a person. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exit } from '../runtime/errors.ts';
import type { EnvironmentStatus } from '../runtime/status.ts';
import { writeJson } from './io.ts';
import { formatBytes, formatTable, type TableColumn } from './table.ts';
import { openTarget, withTarget, type Target, type TargetOptions } from './target.ts';
import { transferAttention, transferTable } from './transfer-table.ts';
import type { Io, Verb } from './verb.ts';
import { unknownDataset } from './workplace.ts';

interface StatusOptions extends TargetOptions {
  readonly watch?: boolean;
  readonly check?: boolean;
}

/** Between two looks of --watch: a look costs a listing and a few reads. */
const WATCH_MS = 5_000;

export const verb: Verb = {
  examples: ['decant status', 'decant status assays --watch --env dev'],
  define(command, io) {
    withTarget(command)
      .description('show transfers, objects, rows and bytes per dataset, what runs, alarms, and what needs attention')
      .argument('[dataset]', 'only this dataset')
      .option('--watch', 'show it again every 5 seconds, until stopped')
      .option('--check', 'exit with 3 when something needs attention')
      .action(async (dataset: string | undefined, options: StatusOptions) => {
        const target = await openTarget(options, io);
        requireDataset(target, dataset);
        const { environmentStatus } = await import('../runtime/status.ts');
        const cacheDir = join(target.dir, '.decant', 'cache');
        for (;;) {
          const status = await environmentStatus({ ...target, cacheDir, dataset });
          const attention = attentionOf(status);
          if (options.json) writeJson(io, { environment: target.environmentName, ...status, attention });
          else show(io, status, attention, options.watch === true);
          if (options.check && attention.length > 0) io.exitCode = Exit.mismatch;
          if (!options.watch) return;
          await sleep(WATCH_MS);
        }
      });
  },
};

/** Throws when a dataset is named that the estate file does not have. */
export function requireDataset(target: Pick<Target, 'estate'>, dataset: string | undefined): void {
  const names = Object.keys(target.estate.datasets);
  if (dataset !== undefined && !names.includes(dataset)) {
    throw unknownDataset(dataset, names);
  }
}

/** What a person should look at, each with the command to do so. */
export function attentionOf(status: EnvironmentStatus): string[] {
  const out: string[] = [];
  const quarantined = status.datasets.filter((d) => d.objects.quarantined > 0 || d.rowsQuarantined > 0);
  for (const d of quarantined) {
    const reasons = Object.entries(d.reasons).map(([reason, n]) => `${n} ${reason}`);
    const objects = d.objects.quarantined > 0 ? `${d.objects.quarantined} objects (${reasons.join(', ')}), ` : '';
    out.push(
      `${d.dataset}: ${objects}${d.rowsQuarantined} rows in quarantine; see: decant quarantine list ${d.dataset}`,
    );
  }
  if (status.unclassified.objects > 0) {
    const { objects, first } = status.unclassified;
    out.push(`${objects} objects match no contract: ${first.join(', ')}${objects > first.length ? ', …' : ''}`);
  }
  if (status.queue.deadLetters > 0)
    out.push(`${status.queue.deadLetters} events in the dead-letter queue; see: decant reconcile --dry-run`);
  out.push(...transferAttention(status.transfers));
  for (const { id, about, since, means } of status.alarms) {
    const which = about === undefined ? id : `${id} (${about})`;
    out.push(`alarm ${which} since ${since.replace(/\.\d+Z$/, 'Z')}: ${means} See docs/runbook.md#${id}`);
  }
  if (status.staleDeployment) out.push('the deployed contracts are not those of the estate file; deploy it again');
  return out;
}

const right = (title: string): TableColumn => ({ title, align: 'right' });

function show(io: Io, s: EnvironmentStatus, attention: readonly string[], watch: boolean): void {
  const columns = [
    'dataset',
    ...[
      'transformed',
      'waiting',
      'at work',
      'quarantined',
      'superseded',
      'deleted',
      'rows in',
      'rows out',
      'rows quarantined',
      'bytes in',
      'bytes out',
    ].map(right),
    'last result',
  ];
  const rows = s.datasets.map((d) => [
    d.dataset,
    d.objects.transformed,
    d.objects.waiting,
    d.objects.claimed,
    d.objects.quarantined,
    d.objects.superseded,
    d.objects.deleted,
    d.rowsIn,
    d.rowsOut,
    d.rowsQuarantined,
    formatBytes(d.bytesIn),
    formatBytes(d.bytesOut),
    d.last?.replace(/\.\d+Z$/, 'Z'),
  ]);
  const lines = [
    `${s.running.ingest} ingest and ${s.running.backfill} backfill executions running; ${s.queue.waiting} events queued, ${s.queue.inFlight} in flight${s.openRowsCut ? '; more objects are unfinished than are counted here' : ''}`,
    ...(attention.length > 0 ? ['', 'Needs attention:', ...attention.map((a) => `  ${a}`)] : []),
  ];
  // On a terminal the next look replaces this one.
  if (watch && io.err.isTTY) io.out.write('\u001b[2J\u001b[H');
  const transfers = s.transfers.length > 0 ? `${transferTable(s.transfers)}\n` : '';
  io.out.write(`${transfers}${formatTable(columns, rows)}\n${lines.join('\n')}\n`);
}
