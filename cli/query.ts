/** `decant query`: one SQL statement through Athena. */
import { InvalidArgumentError } from 'commander';
import type { QueryAnswer } from '../runtime/athena.ts';
import { writeJson } from './io.ts';
import { formatBytes, formatTable } from './table.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

const formats = ['table', 'csv', 'json'] as const;
type Format = (typeof formats)[number];

interface QueryOptions extends TargetOptions {
  readonly format: Format;
  readonly maxRows: number;
}

export const verb: Verb = {
  examples: [
    'decant query "select count(*) as n from compounds"',
    'decant query "select * from assays_current" --format csv --max-rows 10',
  ],
  define(command, io) {
    withTarget(command)
      .description("run one SQL statement with Athena in the environment's workgroup and database")
      .argument('<sql>', 'the statement')
      .option('--format <format>', `${formats.join(', ')}`, formatOf, 'table')
      .option('--max-rows <n>', 'print so many rows at most', countOf, 1000)
      .action(async (sql: string, options: QueryOptions) => {
        const { places } = await openTarget(options, io);
        const { query } = await import('../runtime/athena.ts');
        const stop = new AbortController();
        const interrupted = () => stop.abort();
        process.once('SIGINT', interrupted);
        try {
          const { catalogDatabase: database, athenaWorkgroup: workgroup } = places;
          const answer = await query({ sql, database, workgroup, maxRows: options.maxRows, signal: stop.signal });
          print(io, answer, options.json ? 'json' : options.format);
        } finally {
          process.removeListener('SIGINT', interrupted);
        }
      });
  },
};

function formatOf(text: string): Format {
  const found = formats.find((f) => f === text);
  if (!found) throw new InvalidArgumentError(`"${text}" is not a format; ${formats.join(', ')}`);
  return found;
}

export function countOf(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError(`"${text}" is not a number of 1 or more`);
  return n;
}

/** A CSV cell: null is empty, an empty text is quoted, so that they differ. */
export const csvCell = (value: string | undefined): string =>
  value === undefined ? '' : value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

function print(io: Io, answer: QueryAnswer, format: Format): void {
  const names = answer.columns.map((c) => c.name);
  if (format === 'json') {
    const rows = answer.rows.map((row) => Object.fromEntries(names.map((n, i) => [n, row[i] ?? null])));
    writeJson(io, { columns: answer.columns, rows, more: answer.more, scannedBytes: answer.scannedBytes });
  } else if (format === 'csv') {
    for (const row of [names, ...answer.rows]) io.out.write(`${row.map(csvCell).join(',')}\n`);
  } else {
    // Line breaks within a cell would break the table.
    const flat = answer.rows.map((row) => names.map((_, i) => row[i]?.replaceAll(/[\r\n\t]+/g, ' ')));
    io.out.write(formatTable(names, flat));
  }
  const more = answer.more ? '; there are more, see --max-rows' : '';
  io.err.write(
    `${answer.rows.length} rows${more}; ${formatBytes(answer.scannedBytes)} scanned in ${answer.seconds.toFixed(1)} s\n`,
  );
}
