/** `decant transfer`: runs, watches and proves what DataSync moves. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { countOf } from './query.ts';
import { withTarget } from './target.ts';
import type { CancelOptions, ReportOptions, RetryOptions, RunOptions, TransferOptions } from './transfer-options.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  examples: [
    'decant transfer run assays --wait',
    'decant transfer run --all --queue --env dev',
    "decant transfer run assays --include '/2026|/2025' --bandwidth 500 --dry-run",
    'decant transfer watch',
    'decant transfer watch assays --env dev',
    'decant transfer status',
    'decant transfer status assays --json --env dev',
    'decant transfer report',
    'decant transfer report assays --env dev',
    'decant transfer retry assays',
    'decant transfer retry --all --rounds 5 --env dev',
    'decant transfer cancel assays',
    'decant transfer cancel --all --dry-run --env dev',
  ],
  define(command, io) {
    const sub = (name: string, summary: string): Command =>
      withTarget(command.command(name).summary(summary).description(summary)).argument('[dataset...]', 'datasets');
    const all = 'every dataset that travels by DataSync';
    sub('run', 'start the transfer of datasets, within what DataSync allows at a time')
      .option('--all', all)
      .option('--include <pattern...>', 'only paths below these, such as /2026; several are one filter')
      .option('--exclude <pattern...>', 'no paths that match these')
      .option('--manifest <key>', 'only the paths of this list in the work bucket: CSV, one path a line')
      .option('--bandwidth <mbps>', 'megabits per second at most; 0 is no limit (default: as deployed)', mbpsOf)
      .option('--queue', 'queue behind a transfer of the same dataset that runs, instead of refusing')
      .option('--wait', 'stay until all have ended, then archive their reports; exit 1 when something is left')
      .option('--dry-run', 'say what would be started, start nothing')
      .action(async (datasets: string[], options: RunOptions) =>
        (await import('./transfer-run.ts')).run(datasets, options, io),
      );
    sub('watch', 'show the progress of running transfers until they have ended, then archive their reports')
      .option('--all', `${all} (default)`)
      .action(async (datasets: string[], options: TransferOptions) =>
        (await import('./transfer-run.ts')).watch(datasets, options, io),
      );
    sub('status', 'show the last transfer of every dataset, and what is to be tried again')
      .option('--all', `${all} (default)`)
      .action(async (datasets: string[], options: TransferOptions) =>
        (await import('./transfer-status.ts')).status(datasets, options, io),
      );
    sub('report', 'archive the task reports of ended transfers to evidence, and check them')
      .option('--all', `${all} (default)`)
      .option('--as-is', 'archive a report that is not whole and never will be, with this said in its summary')
      .option('--dry-run', 'list the transfers whose report is to be archived, archive nothing')
      .action(async (datasets: string[], options: ReportOptions) =>
        (await import('./transfer-status.ts')).report(datasets, options, io),
      );
    sub('retry', 'transfer exactly the files that failed, round by round')
      .option('--all', all)
      .option('--rounds <n>', 'rounds at most', countOf, 3)
      .option('--dry-run', 'say what would be tried again, start nothing')
      .action(async (datasets: string[], options: RetryOptions) =>
        (await import('./transfer-retry.ts')).retryAll(datasets, options, io),
      );
    sub('cancel', 'stop running and queued transfers; what was moved stays')
      .option('--all', all)
      .option('--dry-run', 'say what would be stopped, stop nothing')
      .action(async (datasets: string[], options: CancelOptions) =>
        (await import('./transfer-retry.ts')).cancelAll(datasets, options, io),
      );
  },
};

function mbpsOf(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !Number.isFinite(n) || n < 0)
    throw new InvalidArgumentError(`"${text}" is no number of megabits per second; 0 or more`);
  return n;
}
