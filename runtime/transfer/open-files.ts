/** Files of a dataset that wait for another try, and the lists that DataSync is given of them. */
import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { WorkKeys } from '../../protocol/keys.ts';
import { readBytes } from '../evidence.ts';
import { putOnce } from '../shards.ts';
import type { TransferPlace } from './place.ts';
import type { OpenFile } from './tally.ts';

/** DataSync takes paths of so many bytes at most from a list. */
const MAX_PATH_BYTES = 1024;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One file a line, in the order of their paths: the same files give the same text. */
export const openText = (files: Iterable<OpenFile>): string =>
  [...files]
    .sort((a, b) => byText(a.path, b.path))
    .map((f) => `${JSON.stringify(f)}\n`)
    .join('');

export async function writeOpen(place: TransferPlace, dataset: string, id: string, files: Iterable<OpenFile>) {
  await place.s3.send(
    new PutObjectCommand({
      Bucket: place.workBucket,
      Key: WorkKeys.transferOpen.key({ dataset, id }),
      Body: Buffer.from(openText(files)),
      ContentType: 'application/x-ndjson',
    }),
  );
}

/** The files that were open after an execution, by path. */
export async function readOpen(place: TransferPlace, dataset: string, id: string): Promise<Map<string, OpenFile>> {
  const bytes = await readBytes(place.s3, place.workBucket, WorkKeys.transferOpen.key({ dataset, id }));
  const lines = Buffer.from(bytes ?? [])
    .toString()
    .split('\n');
  const files = lines.filter((l) => l !== '').map((l) => JSON.parse(l) as OpenFile);
  return new Map(files.map((f) => [f.path, f]));
}

/** Why a path cannot be in a list; undefined when it can. */
export function unlistable(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it holds a NUL';
  if (Buffer.from(path).toString() !== path || path.includes('\uFFFD')) return 'it is not UTF-8';
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH_BYTES) return `it has ${bytes} bytes, a list takes ${MAX_PATH_BYTES}`;
  return undefined;
}

/**
 * A retry list as DataSync reads it: CSV without a heading, one path a line, none twice, in order. Paths with a comma, a quote or a line
 * end stand in quotes. Equal files give equal text.
 */
export const retryListText = (paths: Iterable<string>): string =>
  [...new Set(paths)]
    .sort(byText)
    .map((p) => `${/[",\r\n]/.test(p) ? `"${p.replaceAll('"', '""')}"` : p}\n`)
    .join('');

/** The paths of a retry list. */
export function parseRetryList(text: string): string[] {
  const paths: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/"((?:[^"]|"")*)"\r?\n|([^\r\n]+)\r?\n/g))
    paths.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  return paths;
}

export interface RetryList {
  /** Key in the work bucket. */
  readonly key: string;
  readonly paths: readonly string[];
  readonly unlisted: readonly { readonly path: string; readonly problem: string }[];
}

/** The list of files to try again; nothing is written. */
export function retryListOf(dataset: string, files: Iterable<OpenFile>): RetryList & { readonly text: string } {
  const judged = [...files].map((f) => ({ path: f.path, problem: unlistable(f.path) }));
  const paths = judged.filter((j) => j.problem === undefined).map((j) => j.path);
  const text = retryListText(paths);
  const id = createHash('sha256').update(text).digest('hex').slice(0, 24);
  return {
    key: WorkKeys.retryList.key({ dataset, id }),
    paths,
    unlisted: judged.flatMap(({ path, problem }) => (problem === undefined ? [] : [{ path, problem }])),
    text,
  };
}

/** Writes a list unless it is there: its name follows from its content. */
export const writeRetryList = (place: TransferPlace, list: { key: string; text: string }): Promise<boolean> =>
  putOnce(place.workBucket, list.key, list.text, place.s3, 'text/csv');

/** The paths of one of our own lists; undefined when the key is of no retry list. */
export async function readRetryList(place: TransferPlace, key: string | undefined): Promise<string[] | undefined> {
  if (key === undefined || !WorkKeys.retryList.parse(key)) return undefined;
  const bytes = await readBytes(place.s3, place.workBucket, key);
  return bytes && parseRetryList(Buffer.from(bytes).toString());
}
