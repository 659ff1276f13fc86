/** Files of embeddings in the lake: which run, class and bundle each is of. */
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { EmbedSummary } from '../../protocol/embeddings.ts';
import { EmbeddedKeys } from '../../protocol/keys.ts';
import { publishedTables, type PublishedTable } from '../../protocol/publish.ts';

export interface LakeFile {
  readonly table: PublishedTable;
  readonly key: string;
  readonly bundle: string;
  readonly sensitivity: string;
  /** Name of the file: the run, and its number where a run wrote several. */
  readonly name: string;
  readonly computedAt: Date;
}

/** Takes a key apart; undefined for anything that is no published file. */
export function lakeFile(key: string, computedAt: Date): LakeFile | undefined {
  const found = EmbeddedKeys.file.parse(key);
  const table = publishedTables.find((t) => t === found?.table);
  if (!found || !table) return undefined;
  const { bundle, sensitivity, file: name } = found;
  return { table, key, bundle, sensitivity, name, computedAt };
}

/** Key of an `s3://bucket/key` address; keys stay as they are. */
const keyOf = (uri: string): string => uri.replace(/^s3a?:\/\/[^/]+\//, '');

/** What one run wrote. Throws when a file that the summary names is gone. */
export async function filesOfRun(s3: S3Client, bucket: string, summary: EmbedSummary): Promise<LakeFile[]> {
  const keys = publishedTables.flatMap((table) => (summary.files[table] ?? []).map(keyOf));
  return Promise.all(
    keys.map(async (key) => {
      const { LastModified } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const file = lakeFile(key, LastModified ?? new Date());
      if (!file)
        throw new Error(`run ${summary.run} names ${key}, which is no file of ${publishedTables.join(' or ')}`);
      return file;
    }),
  );
}

/** Everything there is, oldest first. */
export async function allFiles(s3: S3Client, bucket: string): Promise<LakeFile[]> {
  const found: LakeFile[] = [];
  for (const table of publishedTables) {
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: `${table}/` })) {
      for (const { Key, LastModified } of page.Contents ?? []) {
        const file = lakeFile(Key ?? '', LastModified ?? new Date());
        if (file) found.push(file);
      }
    }
  }
  return found.sort((a, b) => a.computedAt.getTime() - b.computedAt.getTime() || (a.key < b.key ? -1 : 1));
}
