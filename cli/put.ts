/** `decant put`: delivers files and folders to the raw bucket. */
import { join } from 'node:path';
import type { Estate } from '../protocol/estate.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import type { Found, Trouble } from '../runtime/put/walk.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import { formatBytes, formatSeconds } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

interface PutOptions extends TargetOptions {
  readonly dataset: string;
  readonly source?: string;
  readonly prefix: string;
  readonly links: boolean;
  readonly compareContents?: boolean;
  readonly dryRun?: boolean;
}

/** Names listed of things that may be many. */
const FIRST = 5;

/** What `--json` prints. */
export interface PutReport {
  readonly dataset: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly dryRun: boolean;
  readonly delivered: { objects: number; bytes: number };
  readonly unchanged: { objects: number; bytes: number };
  /** Delivered now or before, but no contract's glob matches: they will be unclassified. */
  readonly unclassified: { objects: number; first: string[] };
  readonly failed: { path: string; problem: string }[];
  readonly skipped: { path: string; problem: string }[];
  seconds: number;
}

export const verb: Verb = {
  examples: [
    'decant put ./compounds --dataset compounds',
    'decant put plate-7.csv --dataset assays --prefix 2026/11 --env dev',
  ],
  define(command, io) {
    withTarget(command)
      .description('deliver files or folders to the raw bucket; what is there unchanged is not delivered again')
      .argument('<path...>', 'files, or folders whose contents go below the dataset')
      .requiredOption('--dataset <name>', 'dataset of the estate file')
      .option('--source <name>', "source to deliver under (default: the dataset's)")
      .option('--prefix <folder>', 'folder below the dataset, kept as given', '')
      .option('--no-links', 'skip symbolic links instead of delivering what they point at')
      .option('--compare-contents', 'read every file again, also where size and times are as at the last delivery')
      .option('--dry-run', 'list the keys that would be delivered, deliver nothing')
      .action((paths: string[], options: PutOptions) => put(paths, options, io));
  },
};

async function put(paths: string[], options: PutOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const source = sourceOf(target.estate, options);
  const [
    { deliver },
    { keyPrefix, keyProblem },
    { putClient },
    { PutState },
    { compileContracts, matchDataset },
    { threadHasher },
  ] = await Promise.all([
    import('../runtime/put/deliver.ts'),
    import('../runtime/put/key.ts'),
    import('../runtime/put/client.ts'),
    import('../runtime/put/state.ts'),
    import('../runtime/contracts.ts'),
    import('../runtime/put/hasher.ts'),
  ]);
  const bucket = target.places.rawBucket;
  const prefix = keyPrefix({ source, dataset: options.dataset, prefix: options.prefix });
  const problem = keyProblem(prefix);
  if (problem !== undefined) throw new UserError(`--prefix "${options.prefix}": ${problem}`);
  const stateName = `${encodeURIComponent(`${source}/${options.dataset}`)}.jsonl`;
  const state = await PutState.open(
    join(target.dir, '.decant', 'put', `${target.environmentName}-${bucket}`, stateName),
  );
  const compiled = compileContracts(target.estate);
  const report: PutReport = {
    dataset: options.dataset,
    bucket,
    prefix,
    dryRun: options.dryRun ?? false,
    delivered: { objects: 0, bytes: 0 },
    unchanged: { objects: 0, bytes: 0 },
    unclassified: { objects: 0, first: [] },
    failed: [],
    skipped: [],
    seconds: 0,
  };
  const shown = progress(io, 'objects');
  const started = Date.now();
  const count = (what: 'delivered' | 'unchanged', key: string, file: Found) => {
    report[what].objects++;
    report[what].bytes += file.size;
    if (matchDataset(key, compiled)) return;
    report.unclassified.objects++;
    if (report.unclassified.first.length < FIRST) report.unclassified.first.push(key);
  };
  try {
    await deliver({
      client: putClient(),
      bucket,
      roots: paths,
      prefix,
      state,
      followLinks: options.links,
      compareContents: options.compareContents ?? false,
      dryRun: report.dryRun,
      hasher: threadHasher,
      on: {
        delivered: (key, file) => {
          count('delivered', key, file);
          shown.add(1, 0);
          if (report.dryRun && !options.json) io.out.write(`${key}\n`);
        },
        unchanged: (key, file) => count('unchanged', key, file),
        trouble: ({ path, problem: why, kind }: Trouble) => {
          report[kind].push({ path, problem: why });
          if (kind === 'failed') io.err.write(`${path}: ${why}\n`);
        },
        sent: (bytes) => shown.add(0, bytes),
      },
    });
  } finally {
    await state.close();
  }
  if (report.delivered.objects > 0 && !report.dryRun) shown.done();
  report.seconds = (Date.now() - started) / 1000;
  tell(report, options, io);
  if (report.failed.length > 0) io.exitCode = Exit.failed;
}

/** Source to deliver under. A dataset that the estate does not know is allowed only where the source is named: nothing will read it. */
function sourceOf(estate: Estate, options: PutOptions): string {
  const known = estate.datasets[options.dataset];
  if (options.source !== undefined) {
    if (!estate.sources[options.source]) {
      throw new UserError(
        `--source "${options.source}" is not in the estate file; ${Object.keys(estate.sources).join(', ')}`,
      );
    }
    return options.source;
  }
  if (known) return known.source;
  throw new UserError(
    `--dataset "${options.dataset}" is not in the estate file; ${Object.keys(estate.datasets).join(', ')}. ` +
      'Add it with its contract, or name its --source to deliver it unclassified',
  );
}

function tell(report: PutReport, options: PutOptions, io: Io): void {
  const { unclassified, skipped } = report;
  if (unclassified.objects > 0) {
    const more = unclassified.objects > unclassified.first.length ? ', …' : '';
    io.err.write(
      `${unclassified.objects} objects match no contract and stay unclassified until one does: ${unclassified.first.join(', ')}${more}\n`,
    );
  }
  if (skipped.length > 0) {
    const first = skipped.slice(0, FIRST).map((s) => `${s.path} (${s.problem})`);
    io.err.write(`${skipped.length} entries skipped: ${first.join(', ')}${skipped.length > FIRST ? ', …' : ''}\n`);
  }
  if (options.json) {
    writeJson(io, report);
    return;
  }
  const done = report.dryRun ? 'would be delivered' : 'delivered';
  const count = (n: { objects: number; bytes: number }) => `${n.objects.toLocaleString('en-US')} objects`;
  const parts = [
    `${count(report.delivered)} ${done}, ${formatBytes(report.delivered.bytes)}`,
    `${count(report.unchanged)} unchanged`,
  ];
  if (report.failed.length > 0) parts.push(`${report.failed.length} failed`);
  io.out.write(`${report.dataset}: ${parts.join('; ')} (${formatSeconds(report.seconds)})\n`);
}
