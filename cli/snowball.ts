/** `decant snowball`: Snowball Edge devices, from the plan to the proof that everything came in. */
import type { Command } from 'commander';
import { countOf } from './query.ts';
import type { CheckOptions, DecideOptions, OrderOptions, PlanOptions, UnlockOptions } from './snowball-options.ts';
import { withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

export const verb: Verb = {
  examples: [
    'decant snowball plan',
    'decant snowball plan archive --from /mnt/archive',
    'decant snowball address ./address.json --env prod',
    'decant snowball order archive --dry-run --env prod',
    'decant snowball order archive --env prod',
    'decant snowball approve archive-1-1 --env prod',
    "decant snowball decline archive-1-1 --reason 'the line is ready' --env prod",
    'decant snowball status --env prod --json',
    'decant snowball unlock JID123e4567-e89b-12d3-a456-426655440000 --manifest ./device.manifest --env prod',
    'decant snowball load JID123e4567-e89b-12d3-a456-426655440000 /mnt/archive',
    'decant snowball return JID123e4567-e89b-12d3-a456-426655440000',
    'decant snowball report archive --env prod',
    'decant snowball import-check archive --from /mnt/archive --env prod',
  ],
  define(command, io) {
    const sub = (name: string, summary: string): Command =>
      withTarget(command.command(name).summary(summary).description(summary));
    ordering(sub, io);
    devices(sub, io);
    proof(sub, io);
  },
};

type Sub = (name: string, summary: string) => Command;

function ordering(sub: Sub, io: Io): void {
  sub('plan', 'say how many devices a dataset takes and how long, beside what would take their place')
    .argument('[dataset...]', 'datasets (default: those that travel by Snowball)')
    .option('--from <folder>', 'count the files of one dataset, and name those that a device does not take')
    .action(async (datasets: string[], options: PlanOptions) => {
      await (await import('./snowball-plan.ts')).plan(datasets, options, io);
    });
  sub('address', 'keep the shipping address as the secret that the estate names')
    .argument(
      '<file>',
      'JSON file: Name, Street1, City, Country, PostalCode, PhoneNumber, and more as the Snowball API has it',
    )
    .action(async (file: string, options: TargetOptions) => {
      await (await import('./snowball-order.ts')).address(file, options, io);
    });
  sub('order', 'ask for approval of the devices of a dataset, and order them when it is given')
    .argument('<dataset>')
    .option('--devices <n>', 'order so many (default: what the estate or the size says)', countOf)
    .option('--again', 'order although an earlier order came through')
    .option('--dry-run', 'say what would be ordered, order nothing')
    .action(async (dataset: string, options: OrderOptions) => {
      await (await import('./snowball-order.ts')).order(dataset, options, io);
    });
  sub('approve', 'approve an order, as its mail says')
    .argument('<order>', 'name of the order, or a dataset for its newest one')
    .option('--reason <text>', 'goes on record')
    .action(async (order: string, options: DecideOptions) => {
      await (await import('./snowball-order.ts')).decide(order, true, options, io);
    });
  sub('decline', 'decline an order; nothing is ordered then')
    .argument('<order>', 'name of the order, or a dataset for its newest one')
    .option('--reason <text>', 'goes on record')
    .action(async (order: string, options: DecideOptions) => {
      await (await import('./snowball-order.ts')).decide(order, false, options, io);
    });
}

function devices(sub: Sub, io: Io): void {
  sub('unlock', 'fetch what unlocks a device, and keep it in Secrets Manager')
    .argument('<job>', 'id of the job (JID…)')
    .option('--show', 'print the unlock code')
    .option('--manifest <file>', 'write the device manifest there')
    .action(async (job: string, options: UnlockOptions) => {
      await (await import('./snowball-device.ts')).unlock(job, options, io);
    });
  sub('load', 'list what goes on a device; on the laptop copy it, else say how to')
    .argument('<job>', 'id of the job (JID…)')
    .argument('<folder>', 'folder of the source; its files lie directly below the dataset in the raw bucket')
    .action(async (job: string, folder: string, options: TargetOptions) => {
      await (await import('./snowball-device.ts')).loadDevice(job, folder, options, io);
    });
  sub('return', 'tell AWS that the device is on its way back')
    .argument('<job>', 'id of the job (JID…)')
    .action(async (job: string, options: TargetOptions) => {
      await (await import('./snowball-device.ts')).returnDevice(job, options, io);
    });
}

function proof(sub: Sub, io: Io): void {
  sub('status', 'show orders and the states of their jobs')
    .argument('[dataset]', 'only this dataset')
    .action(async (dataset: string | undefined, options: TargetOptions) => {
      await (await import('./snowball-status.ts')).status(dataset, options, io);
    });
  sub('report', 'archive the completion report and the logs of finished jobs as evidence')
    .argument('<which>', 'id of a job (JID…), or a dataset for all of its jobs')
    .action(async (which: string, options: TargetOptions) => {
      await (await import('./snowball-report.ts')).report(which, options, io);
    });
  sub('import-check', 'compare what was put on devices with the logs and the raw bucket; exit 3 when they differ')
    .argument('<dataset>')
    .option(
      '--from <source>',
      'folder, or list (.jsonl, or .csv with path and size); may be repeated (default: the lists that load wrote)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--exact', 'objects that are in the raw bucket only are differences, too')
    .action(async (dataset: string, options: CheckOptions) => {
      await (await import('./snowball-report.ts')).importCheck(dataset, options, io);
    });
}
