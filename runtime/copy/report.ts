/** Completion reports of S3 Batch Operations: a manifest.json that names CSV files, one row a task. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { textOf } from './text.ts';
import { decodeKey } from './lines.ts';

export interface TaskResult {
  readonly key: string;
  readonly status: 'succeeded' | 'failed';
  readonly code: string;
  readonly http: string;
  readonly message: string;
}

interface ReportManifest {
  readonly Format: string;
  readonly ReportSchema: string;
  readonly Results: readonly { TaskExecutionStatus: 'succeeded' | 'failed'; Bucket: string; Key: string }[];
}

/** A report that is not laid out as AWS says. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

export interface ReportFile {
  readonly status: 'succeeded' | 'failed';
  readonly bucket: string;
  readonly key: string;
}

/** Key of the report's manifest.json below the prefix that the job was given. */
export const reportKey = (prefix: string, job: string): string => `${prefix}/job-${job}/manifest.json`;

export interface Report {
  readonly files: readonly ReportFile[];
  readonly columns: readonly string[];
}

/** The files of a report; undefined where the job ended before any task ran, and so wrote none. */
export async function readReport(s3: S3Client, bucket: string, key: string): Promise<Report | undefined> {
  const text = await textOf(bucket, key, s3);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as ReportManifest;
  if (manifest.Format !== 'Report_CSV_20180820')
    throw new ReportError(`${key}: format ${manifest.Format} instead of Report_CSV_20180820`);
  return {
    columns: manifest.ReportSchema.split(',').map((c) => c.trim()),
    files: manifest.Results.map((r) => ({ status: r.TaskExecutionStatus, bucket: r.Bucket, key: r.Key })),
  };
}

/** The fields of a CSV line; quotes are doubled within quotes. */
export function csvFields(line: string): string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  return fields;
}

const HTTP_STATUS = /^\d{3}$/;

/** Rows of one file of a report. A message may hold line ends within its quotes. */
export async function* reportRows(s3: S3Client, report: Report, file: ReportFile): AsyncGenerator<TaskResult> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: file.bucket, Key: file.key }));
  const column = (name: string): number => {
    const at = report.columns.indexOf(name);
    if (at < 0) throw new ReportError(`${file.key}: no column ${name} among ${report.columns.join(', ')}`);
    return at;
  };
  const [key, status, code, http, message] = (
    ['Key', 'TaskStatus', 'ErrorCode', 'HTTPStatusCode', 'ResultMessage'] as const
  ).map(column) as [number, number, number, number, number];
  let pending = '';
  for await (const line of createInterface({ input: Body as Readable, crlfDelay: Infinity })) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    if ((pending.split('"').length - 1) % 2 === 1) continue;
    if (pending.trim() === '') continue;
    const f = csvFields(pending);
    pending = '';
    // AWS's examples write the HTTP status before the code, its schema says the reverse: three digits are the status.
    const [given = '', other = ''] = [f[code], f[http]];
    const turned = HTTP_STATUS.test(given) && !HTTP_STATUS.test(other);
    yield {
      key: decodeKey(f[key] ?? ''),
      status: f[status] === 'succeeded' ? 'succeeded' : 'failed',
      code: turned ? other : given,
      http: turned ? given : other,
      message: f[message] ?? '',
    };
  }
}
