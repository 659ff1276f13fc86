/**
 * What was put on devices, what AWS's logs say, and what lies in the raw bucket, side by side by name and size: the only things
 * that a device keeps. Lists of any length fit, since DuckDB joins them and spills to disk.
 */
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rowsOf, withDuck } from '../duck.ts';
import { UserError } from '../errors.ts';
import { isTrouble, walk } from '../put/walk.ts';
import { sqlText } from '../sql/text.ts';
import { csvRecords, loggedObjects } from './log-csv.ts';

export interface Listed {
  readonly path: string;
  readonly size: number;
}

/** `missing`: put on a device and not in the bucket. `size`: in the bucket with another size. `extra`: in the bucket only. */
export interface Difference {
  readonly kind: 'missing' | 'size' | 'extra';
  readonly path: string;
  readonly expected: number | null;
  readonly found: number | null;
  readonly note: string;
}

export interface ImportCheck {
  readonly expected: number;
  readonly matched: number;
  readonly missing: number;
  readonly size: number;
  readonly extra: number;
}

export interface CheckInput {
  readonly expected: AsyncIterable<Listed>;
  readonly s3: S3Client;
  readonly rawBucket: string;
  readonly prefix: string;
  /** Text of success and failure logs. */
  readonly successLogs: readonly AsyncIterable<string>[];
  readonly failureLogs: readonly AsyncIterable<string>[];
  /** Told each difference, in the order of paths. */
  readonly differs: (difference: Difference) => void | Promise<void>;
}

const MEMORY_MIB = 2048;
const SCRATCH_BYTES = 64 * 2 ** 30;
/** Differences that are fetched at a time. */
const PAGE = 10_000;

export async function checkImport(input: CheckInput): Promise<ImportCheck> {
  const scratch = await mkdtemp(join(tmpdir(), 'decant-snowball-'));
  try {
    const file = (name: string): string => join(scratch, `${name}.csv`);
    const { rawBucket, prefix } = input;
    const relative = (key: string): string | undefined =>
      key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
    await writeRows(
      file('expected'),
      map(input.expected, (o) => [o.path, o.size, '']),
    );
    await writeRows(file('raw'), listed(input.s3, rawBucket, prefix));
    const logged = async function* (logs: readonly AsyncIterable<string>[]): AsyncGenerator<Row> {
      for (const log of logs)
        for await (const o of loggedObjects(log, rawBucket)) {
          const path = relative(o.key);
          if (path !== undefined) yield [path, o.size ?? '', o.reason];
        }
    };
    await writeRows(file('success'), logged(input.successLogs));
    await writeRows(file('failure'), logged(input.failureLogs));
    return await withDuck({ memoryMiB: MEMORY_MIB, threads: 2, scratch, scratchBytes: SCRATCH_BYTES }, async (duck) => {
      for (const name of ['expected', 'raw', 'success', 'failure'])
        await duck.run(
          `create table ${name} as select path, max(size) as size, max(note) as note from read_csv(${sqlText(file(name))}, ` +
            `header = false, delim = ',', quote = '"', escape = '"', auto_detect = false, parallel = false, nullstr = '\\N', ` +
            `columns = {'path': 'varchar', 'size': 'bigint', 'note': 'varchar'}) group by path`,
        );
      await duck.run(
        `create table differences as
           select row_number() over (order by path) as n, path, kind, expected, found, note from (
             select coalesce(e.path, r.path) as path, e.size as expected, r.size as found,
               case when r.path is null then 'missing' when e.path is null then 'extra'
                    when e.size <> r.size then 'size' end as kind,
               case when r.path is not null then ''
                    when f.path is not null then 'not imported: ' || coalesce(nullif(f.note, ''), 'AWS gives no reason')
                    when s.path is not null then 'AWS says that it was imported'
                    else 'on none of AWS’s logs' end as note
             from expected e full join raw r on e.path = r.path
               left join failure f on f.path = e.path left join success s on s.path = e.path)
           where kind is not null`,
      );
      return answer(duck, input);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function answer(duck: Parameters<typeof rowsOf>[0], input: CheckInput): Promise<ImportCheck> {
  const [total] = await rowsOf(duck, 'select count(*) as n from expected');
  const counts = { missing: 0, size: 0, extra: 0 };
  for (let after = 0; ; after += PAGE) {
    const rows = await rowsOf(
      duck,
      `select * exclude (n) from differences where n > ${after} and n <= ${after + PAGE} order by n`,
    );
    for (const row of rows) {
      const difference = row as unknown as Difference;
      counts[difference.kind] += 1;
      await input.differs(difference);
    }
    if (rows.length < PAGE) break;
  }
  const expected = Number(total?.['n'] ?? 0);
  return { expected, matched: expected - counts.missing - counts.size, ...counts };
}

type Row = readonly [path: string, size: number | string, note: string];

async function* map<T>(items: AsyncIterable<T>, f: (item: T) => Row): AsyncGenerator<Row> {
  for await (const item of items) yield f(item);
}

async function* listed(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<Row> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    for (const o of page.Contents ?? []) yield [(o.Key ?? '').slice(prefix.length), o.Size ?? 0, ''];
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

async function writeRows(file: string, rows: AsyncIterable<Row>): Promise<void> {
  const out = createWriteStream(file);
  for await (const [path, size, note] of rows)
    if (!out.write(`${quoted(path)},${size === '' ? '\\N' : size},${quoted(note)}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

/** What was put on devices: the files of a folder, or the lines of a list (`{"path","size"}` a line, or CSV with a heading). */
export async function* expectedFrom(source: string): AsyncGenerator<Listed> {
  const status = await stat(source).catch(() => undefined);
  if (!status) throw new UserError(`${source} does not exist; give a folder, or a list with path and size`);
  if (status.isDirectory()) {
    for await (const found of walk(source, { followLinks: false }))
      if (!isTrouble(found)) yield { path: found.rel, size: found.size };
  } else if (source.endsWith('.jsonl')) {
    const lines = createInterface({ input: createReadStream(source), crlfDelay: Infinity });
    let n = 0;
    for await (const line of lines) {
      n += 1;
      if (line.trim() !== '') yield entry(parsed(line), `${source}:${n}`);
    }
  } else {
    let header: string[] | undefined;
    let n = 0;
    for await (const record of csvRecords(createReadStream(source, 'utf8'))) {
      n += 1;
      if (!header) {
        header = record;
        continue;
      }
      const value = (name: string): string | undefined => record[header?.indexOf(name) ?? -1];
      yield entry({ path: value('path'), size: value('size') }, `${source}:${n}`);
    }
  }
}

function parsed(line: string): { path?: unknown; size?: unknown } {
  try {
    return JSON.parse(line) as { path?: unknown; size?: unknown };
  } catch {
    return {};
  }
}

function entry({ path, size }: { path?: unknown; size?: unknown }, where: string): Listed {
  const bytes = typeof size === 'number' ? size : typeof size === 'string' && size !== '' ? Number(size) : NaN;
  if (typeof path !== 'string' || path === '' || !Number.isSafeInteger(bytes) || bytes < 0)
    throw new UserError(`${where} is no entry of a list: it must have a path and a size in bytes`);
  return { path, size: bytes };
}

/** A file for results, below a folder that is made. */
export async function resultFile(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return join(folder, name);
}
