/** The files of a compaction: small ones put together, rows and their order kept. */
import type { S3Client } from '@aws-sdk/client-s3';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyToParquet, rowsOf, withDuck, type DuckOptions } from '../duck.ts';
import { UserError } from '../errors.ts';
import { sqlText } from '../sql/text.ts';
import { hashFile, uploadFile } from '../upload.ts';
import type { Listed } from './files.ts';
import { fetchFile, type Version } from './prune.ts';

/** Files in key order, put together until a group reaches the target; rows keep their order through the groups. */
export function groupFiles<T extends { size: number }>(files: readonly T[], target: number): T[][] {
  const groups: T[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    if (bytes + file.size > target) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(file);
    bytes += file.size;
  }
  return groups;
}

export interface Written {
  readonly key: string;
  readonly bytes: number;
  readonly rows: number;
}

/** A source as it was read. */
export interface Read {
  readonly etag: string;
  /** Object versions with rows in it; only of replace tables, from whose files rows are removed. */
  readonly versions: readonly Version[];
}

/** Writes each group of files as one. `pruned`: remember which object versions a source had. Throws UserError when a source is gone. */
export async function writeGroups(
  { s3, bucket, duck }: { s3: S3Client; bucket: string; duck: DuckOptions },
  groups: readonly (readonly Listed[])[],
  prefix: string,
  pruned: boolean,
): Promise<{ written: Written[]; read: Map<string, Read> }> {
  const written: Written[] = [];
  const read = new Map<string, Read>();
  for (const [g, group] of groups.entries()) {
    const folder = join(duck.scratch, `group-${g}`);
    await mkdir(folder, { recursive: true });
    const paths: string[] = [];
    for (const [i, { key }] of group.entries()) {
      const path = join(folder, `${String(i).padStart(6, '0')}.parquet`);
      const etag = await fetchFile(s3, bucket, key, path);
      if (etag === undefined)
        throw new UserError(`s3://${bucket}/${key} was removed meanwhile; run it again`, { exitCode: 1 });
      read.set(key, { etag, versions: pruned ? await versionsIn(path, duck) : [] });
      paths.push(path);
    }
    const out = join(folder, 'out.parquet');
    const rows = await joinFiles(paths, out, duck);
    const key = `${prefix}part-${String(g).padStart(5, '0')}.parquet`;
    const { bytes, sha256 } = await hashFile(out);
    await uploadFile(s3, bucket, key, out, { sha256 });
    written.push({ key, bytes, rows });
    await rm(folder, { recursive: true, force: true });
  }
  return { written, read };
}

/** One file of all rows, in the order of the files and of the rows in them. */
const joinFiles = (paths: readonly string[], out: string, duck: DuckOptions): Promise<number> =>
  withDuck(duck, async (c) => {
    const from = `read_parquet([${paths.map(sqlText).join(', ')}], union_by_name = true)`;
    await c.run(copyToParquet(`SELECT * FROM ${from}`, out));
    const [counts] = await rowsOf(
      c,
      `SELECT (SELECT count(*) FROM ${from}) AS sources, (SELECT count(*) FROM read_parquet(${sqlText(out)})) AS made`,
    );
    const made = Number(counts?.['made']);
    if (Number(counts?.['sources']) !== made)
      throw new Error(`compaction made ${made} rows of ${Number(counts?.['sources'])}`);
    return made;
  });

/** Object versions that have rows in a file. */
export const versionsIn = (path: string, duck: DuckOptions): Promise<Version[]> =>
  withDuck(duck, async (c) =>
    (
      await rowsOf(
        c,
        `SELECT DISTINCT _source_key AS key, _source_version AS version FROM read_parquet(${sqlText(path)})`,
      )
    ).map((r) => ({ key: String(r['key']), version: String(r['version']) })),
  );
