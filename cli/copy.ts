/** `decant copy`: datasets of S3 buckets, across accounts and Regions, into the raw bucket. */
import { InvalidArgumentError, type Command } from 'commander';
import type { CopyOptions } from './copy-run.ts';
import { namedRoutes, placeOf } from './copy-target.ts';
import { stateText } from './copy-words.ts';
import { writeJson } from './io.ts';
import { chooseEnvironment, openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

export const verb: Verb = {
  examples: [
    'decant copy plan --env prod',
    'decant copy run assays --env prod',
    'decant copy run partner-bucket --dry-run',
    'decant copy retry assays',
    'decant copy status --json',
    'decant copy stop assays',
    'decant copy statement assays --env prod',
  ],
  define(command, io) {
    command.description('copy datasets from S3 buckets of any account and Region into the raw bucket');
    named(command, 'plan', 'list the source and say which way every object would take; write nothing')
      .option('--slices <n>', 'batch jobs (default: by the number of objects)', positive)
      .action((names: string[], options: CopyOptions) => planAll(names, options, io));
    named(command, 'run', 'copy, or go on with a copy that was interrupted; what is in raw already is left alone')
      .option('--slices <n>', 'batch jobs (default: by the number of objects)', positive)
      .option('--dry-run', 'as decant copy plan')
      .action(async (names: string[], options: CopyOptions) => {
        if (options.dryRun) return planAll(names, options, io);
        return runAll(names, options, io);
      });
    named(command, 'retry', 'copy again what failed, from the reports of the copy itself').action(
      (names: string[], options: CopyOptions) => runAll(names, { ...options, retry: true }, io),
    );
    named(command, 'status', 'how far the newest copy of each dataset is').action(
      (names: string[], options: TargetOptions) => status(names, options, io),
    );
    named(command, 'stop', 'cancel the batch jobs of a copy and disable its role; decant copy run goes on').action(
      (names: string[], options: TargetOptions) => stop(names, options, io),
    );
    named(command, 'statement', 'print the dated policy statements that the owner of a source must add').action(
      async (names: string[], options: TargetOptions) => {
        const chosen = await chooseEnvironment(options);
        const { printStatements } = await import('./copy-statement.ts');
        printStatements(chosen, namedRoutes(chosen.estate, chosen.environmentName, names), options, io);
      },
    );
  },
};

const named = (command: Command, name: string, description: string): Command =>
  withTarget(command.command(name))
    .description(description)
    .argument('[dataset...]', 'datasets, or buckets that they are copied from (default: all)');

function positive(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('must be a whole number from 1.');
  return n;
}

async function planAll(names: readonly string[], options: CopyOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { planOnly } = await import('./copy-run.ts');
  for (const route of namedRoutes(target.estate, target.environmentName, names))
    await planOnly(target, route, options, io);
}

async function runAll(names: readonly string[], options: CopyOptions & { retry?: boolean }, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { runOne } = await import('./copy-run.ts');
  // One after the other: datasets of one source share its role and the requests of its bucket.
  for (const route of namedRoutes(target.estate, target.environmentName, names))
    await runOne(target, route, options, io);
}

async function status(names: readonly string[], options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { newestCopy, progressOf } = await import('./copy-run.ts');
  const { isEnabled } = await import('../runtime/copy/switch.ts');
  const all = [];
  for (const route of namedRoutes(target.estate, target.environmentName, names)) {
    const place = await placeOf(target, route);
    const copy = await newestCopy(place);
    const enabled = await isEnabled(place);
    const state = copy && (await progressOf(copy));
    all.push({ dataset: route.dataset, roleEnabled: enabled, ended: copy?.summary !== undefined, ...state });
    if (options.json) continue;
    io.out.write(state ? stateText(route.dataset, state) : `${route.dataset}: no copy yet\n`);
    if (enabled) io.out.write(`  the role of source ${route.source} is enabled\n`);
  }
  if (options.json) writeJson(io, all);
}

async function stop(names: readonly string[], options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const { newestCopy, progressOf } = await import('./copy-run.ts');
  const { stopCopy } = await import('../runtime/copy/stop.ts');
  for (const route of namedRoutes(target.estate, target.environmentName, names)) {
    const place = await placeOf(target, route);
    const copy = await newestCopy(place);
    const cancelled = await stopCopy(place, copy);
    const state = copy && (await progressOf(copy));
    if (options.json) writeJson(io, { dataset: route.dataset, cancelled, ...state });
    else io.out.write(`${route.dataset}: ${cancelled} jobs cancelled, the role of ${route.source} is disabled\n`);
  }
}
