/** `decant quarantine`: what broke its contract, why, and what to do with it. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { inputsOf, isSensitive } from '../protocol/contract.ts';
import type { Estate } from '../protocol/estate.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import type { QuarantinedRow, QuarantineRequest } from '../runtime/quarantine/reasons.ts';
import { writeJson } from './io.ts';
import { countOf } from './query.ts';
import { withReplay } from './replay.ts';
import { requireDataset } from './status.ts';
import { formatTable } from './table.ts';
import { openTarget, withTarget, type Target, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

const formats = ['csv', 'jsonl', 'parquet'] as const;

interface ShowOptions extends TargetOptions {
  readonly reveal?: boolean;
  readonly limit: number;
}
interface ExportOptions extends TargetOptions {
  readonly to: string;
  readonly format: (typeof formats)[number];
  readonly payloads: boolean;
  readonly reveal?: boolean;
}

/** Bytes of one payload that are printed; `export` writes all. */
const SHOWN_BYTES = 4096;

export const verb: Verb = {
  examples: [
    'decant quarantine list',
    'decant quarantine list assays --env dev',
    'decant quarantine show 3f9a0c55d1e2b7a64480c1de',
    'decant quarantine show lims/assays/plate-7.csv --reveal',
    'decant quarantine replay assays --wait',
    'decant quarantine replay assays --dry-run',
    'decant quarantine export assays --to ./quarantined',
    'decant quarantine export --to ./quarantined --format parquet',
  ],
  define(command, io) {
    const sub = (name: string, summary: string): Command =>
      withTarget(command.command(name).summary(summary).description(summary));
    sub('list', 'count what is in quarantine by dataset, reason and column')
      .argument('[dataset]', 'only this dataset')
      .action((dataset: string | undefined, options: TargetOptions) => list(dataset, options, io));
    sub('show', 'print the reasons of one shard or object, with the raw records')
      .argument('<id>', 'id of a shard, or key of an object in the raw bucket')
      .option('--reveal', 'print raw records of sensitive datasets, too')
      .option('--limit <n>', 'print so many at most', countOf, 20)
      .action((id: string, options: ShowOptions) => show(id, options, io));
    const summary = 'take what is in quarantine to work again under the current contract; the same as decant replay';
    withReplay(command.command('replay').summary(summary).description(summary), io);
    sub('export', 'write reasons and raw records into a folder')
      .argument('[dataset]', 'only this dataset')
      .requiredOption('--to <folder>', 'folder to write into')
      .option('--format <format>', `of the reasons: ${formats.join(', ')}`, formatOf, 'csv')
      .option('--no-payloads', 'leave the raw records out')
      .option('--reveal', 'write raw records of sensitive datasets, too')
      .action((dataset: string | undefined, options: ExportOptions) => exportAll(dataset, options, io));
  },
};

function formatOf(text: string): ExportOptions['format'] {
  const found = formats.find((f) => f === text);
  if (!found) throw new InvalidArgumentError(`"${text}" is not a format; ${formats.join(', ')}`);
  return found;
}

async function open(
  options: TargetOptions,
  io: Io,
  dataset?: string,
): Promise<{ target: Target; request: QuarantineRequest }> {
  const target = await openTarget(options, io);
  requireDataset(target, dataset);
  return { target, request: { places: target.places, cacheDir: join(target.dir, '.decant', 'cache'), dataset } };
}

/** Raw records of a dataset may hold sensitive values; so may those of a dataset that the estate no longer knows. */
export function hidesPayloads(estate: Pick<Estate, 'datasets'>, dataset: string): boolean {
  const contract = estate.datasets[dataset]?.contract;
  if (!contract) return true;
  const columns = inputsOf(contract).flatMap((i) => i.columns);
  return isSensitive(contract.sensitivity) || columns.some((c) => isSensitive(c.sensitivity));
}

async function list(dataset: string | undefined, options: TargetOptions, io: Io): Promise<void> {
  const { request } = await open(options, io, dataset);
  const { quarantineGroups } = await import('../runtime/quarantine/reasons.ts');
  const groups = await quarantineGroups(request);
  if (options.json) {
    writeJson(io, groups);
    return;
  }
  if (groups.length === 0) {
    io.out.write('nothing is in quarantine\n');
    return;
  }
  const rows = groups.map((g) => [
    g.dataset,
    g.reason,
    g.column ?? '',
    g.rule ?? '',
    g.rows,
    g.objects,
    g.shard,
    g.firstKey,
  ]);
  const right = (title: string) => ({ title, align: 'right' as const });
  io.out.write(
    formatTable(
      ['dataset', 'reason', 'column', 'rule', right('rows'), right('objects'), 'first shard', 'first object'],
      rows,
    ),
  );
  io.err.write('See one with: decant quarantine show SHARD_OR_OBJECT\n');
}

async function show(id: string, options: ShowOptions, io: Io): Promise<void> {
  const { target, request } = await open(options, io);
  const { quarantineRows, readPayload } = await import('../runtime/quarantine/reasons.ts');
  const rows = await quarantineRows(request, id, options.limit);
  if (rows.length === 0) {
    throw new UserError(`"${id}" has nothing in quarantine; decant quarantine list names shards and objects`, {
      exitCode: Exit.failed,
    });
  }
  const shown: (QuarantinedRow & { payload: string | null; hidden: boolean })[] = [];
  for (const row of rows) {
    const hidden = !options.reveal && hidesPayloads(target.estate, row.dataset) && row.payload_key !== null;
    const bytes = hidden ? undefined : await readPayload(target.places.quarantineBucket, row, SHOWN_BYTES);
    shown.push({ ...row, payload: bytes?.toString('utf8') ?? null, hidden });
  }
  if (options.json) {
    writeJson(io, shown);
    return;
  }
  for (const row of shown) io.out.write(`${describe(row, target)}\n`);
  if (rows.length === options.limit) io.err.write(`the first ${options.limit} are shown; see --limit\n`);
}

function describe(row: QuarantinedRow & { payload: string | null; hidden: boolean }, target: Target): string {
  const place =
    row.source_row === null
      ? 'whole object'
      : `record ${row.source_row}${row.byte_offset === null ? '' : `, byte ${row.byte_offset}`}`;
  const column =
    row.column === null
      ? ''
      : ` column ${row.column}${row.rule === null ? '' : ` (${row.rule})`}${row.value === null ? '' : ` = ${JSON.stringify(row.value)}`}`;
  const lines = [
    `${row.source_key} version ${row.source_version}: ${place}`,
    `  ${row.reason}:${column} ${row.message}`,
  ];
  if (row.source_row === null)
    lines.push(`  bytes: s3://${target.places.rawBucket}/${row.source_key}?versionId=${row.source_version}`);
  else if (row.hidden) lines.push('  raw record hidden, since the dataset is sensitive; --reveal prints it');
  else if (row.payload !== null) lines.push(`  raw record: ${JSON.stringify(row.payload)}`);
  return lines.join('\n');
}

async function exportAll(dataset: string | undefined, options: ExportOptions, io: Io): Promise<void> {
  const { target, request } = await open(options, io, dataset);
  const [{ exportReasons, fetchOnce }, { s3Client }, { QuarantineKeys }] = await Promise.all([
    import('../runtime/quarantine/reasons.ts'),
    import('../runtime/aws.ts'),
    import('../protocol/keys.ts'),
  ]);
  await mkdir(options.to, { recursive: true });
  const file = join(options.to, `reasons.${options.format}`);
  const { rows, payloads } = await exportReasons(request, file, options.format);
  const allowed = options.payloads
    ? payloads.filter(
        (key) => options.reveal || !hidesPayloads(target.estate, QuarantineKeys.payload.parse(key)?.dataset ?? ''),
      )
    : [];
  for (const key of allowed) {
    const path = join(options.to, key);
    await mkdir(dirname(path), { recursive: true });
    await fetchOnce(s3Client(), target.places.quarantineBucket, key, path);
  }
  const held = options.payloads ? payloads.length - allowed.length : 0;
  if (options.json) writeJson(io, { file, rows, payloads: allowed.length, held });
  else io.out.write(`${rows} reasons in ${file}, ${allowed.length} files of raw records\n`);
  if (held > 0) io.err.write(`${held} files of raw records of sensitive datasets left out; --reveal writes them\n`);
}
