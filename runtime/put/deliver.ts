/** Delivers files and folders to the raw bucket: what has changed since the last time, and nothing else. */
import { HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { Budget } from './budget.ts';
import { digestFile, type Digest } from './digest.ts';
import { keyProblem } from './key.ts';
import { listPage, RemoteCursor, type RemoteObject } from './remote.ts';
import { ChangedFileError, PART_BYTES, partSizeOf, readWhole, sendParts, sendWhole, type Lane } from './send.ts';
import type { PutState } from './state.ts';
import { isTrouble, problemOf, walk, type Found, type Trouble } from './walk.ts';

/** Requests at once: hides a round trip of 100 ms at 250 objects a second, and leaves S3's limits far away. */
const REQUESTS = 32;
/** Bytes of file contents in memory at once. */
const BUFFER_BYTES = 128 * 1024 * 1024;
/** Files at once: enough to fill the requests, so that a long listing never piles up. */
const FILES = 48;
/** Large files hashed at once; one core each. */
const HASHES = 2;

export interface DeliverRequest {
  readonly client: S3Client;
  readonly bucket: string;
  readonly roots: readonly string[];
  /** Prefix of every key, from keyPrefix. */
  readonly prefix: string;
  readonly state: PutState;
  readonly followLinks: boolean;
  /** Compare contents also where size and times say that a file has not changed. */
  readonly compareContents: boolean;
  readonly dryRun: boolean;
  readonly digest?: (path: string, partSize: number) => Promise<Digest>;
  readonly on: DeliverEvents;
}

export interface DeliverEvents {
  delivered(key: string, file: Found): void;
  unchanged(key: string, file: Found): void;
  trouble(trouble: Trouble): void;
  /** Bytes that have arrived, also of files that are not yet whole. */
  sent(bytes: number): void;
}

/** Delivers all roots. Troubles with single files are told to `on` and stop nothing else; troubles with the bucket are thrown. */
export async function deliver(request: DeliverRequest): Promise<void> {
  const files = new Budget(FILES, FILES);
  const hashes = new Budget(HASHES, HASHES);
  const lane: Lane = {
    client: request.client,
    bucket: request.bucket,
    state: request.state,
    budget: new Budget(REQUESTS, BUFFER_BYTES),
    sent: (bytes) => request.on.sent(bytes),
  };
  const running = new Set<Promise<void>>();
  let fatal: unknown;
  for await (const { key, file, remote } of candidates(request)) {
    if (fatal) break;
    await files.with(1, () => Promise.resolve());
    const work = files
      .with(1, () => deliverOne(request, lane, hashes, key, file, remote))
      .catch((error: unknown) => {
        if (isFatal(error)) fatal ??= error;
        else request.on.trouble({ path: file.path, kind: 'failed', problem: sentence(error) });
      })
      .finally(() => running.delete(work));
    running.add(work);
  }
  await Promise.all(running);
  if (fatal) throw fatal as Error;
}

interface Candidate {
  readonly key: string;
  readonly file: Found;
  readonly remote: RemoteObject | undefined;
}

async function* candidates(request: DeliverRequest): AsyncGenerator<Candidate> {
  const seen = new Map<string, string>();
  for (const root of request.roots) {
    const cursor = new RemoteCursor(request.prefix, listPage(request.client, request.bucket));
    for await (const walked of walk(root, { followLinks: request.followLinks })) {
      if (isTrouble(walked)) {
        request.on.trouble(walked);
        continue;
      }
      const key = request.prefix + walked.rel;
      const twice = request.roots.length > 1 ? seen.get(key) : undefined;
      const problem =
        twice === undefined
          ? keyProblem(key)
          : `has the same key as ${twice}: ${key}; deliver one of them with --prefix`;
      if (problem !== undefined) {
        request.on.trouble({ path: walked.path, kind: 'failed', problem });
        continue;
      }
      if (request.roots.length > 1) seen.set(key, walked.path);
      yield { key, file: walked, remote: await cursor.seek(key) };
    }
  }
}

async function deliverOne(
  request: DeliverRequest,
  lane: Lane,
  hashes: Budget,
  key: string,
  file: Found,
  remote: RemoteObject | undefined,
): Promise<void> {
  const { state, on } = request;
  const known = state.delivered(key);
  const sameFile = known?.size === file.size && known.mtimeMs === file.mtimeMs && known.ctimeMs === file.ctimeMs;
  if (remote && sameFile && known.etag === remote.etag && !request.compareContents) return on.unchanged(key, file);
  if (request.dryRun && remote?.size !== file.size) return on.delivered(key, file);
  const record = async (digest: Digest, etag: string) => {
    if (request.dryRun) return;
    const { size, mtimeMs, ctimeMs } = file;
    await state.record({ key, size, mtimeMs, ctimeMs, sha256: digest.sha256, etag });
  };
  const isThere = async (digest: Digest): Promise<boolean> => {
    if (remote?.size !== file.size || (await storedSha256(lane, key)) !== digest.sha256) return false;
    await record(digest, remote.etag);
    on.unchanged(key, file);
    return true;
  };
  if (file.size <= PART_BYTES) {
    await lane.budget.with(file.size, async () => {
      const { bytes, digest } = await readWhole(file);
      if (await isThere(digest)) return;
      if (!request.dryRun) await record(digest, await sendWhole(lane, key, file, bytes, digest));
      on.delivered(key, file);
    });
    return;
  }
  const digest = await hashes.with(1, () => (request.digest ?? digestFile)(file.path, partSizeOf(file.size)));
  if (digest.size !== file.size) throw new ChangedFileError();
  if (await isThere(digest)) return;
  if (!request.dryRun) await record(digest, await sendParts(lane, key, file, digest));
  on.delivered(key, file);
}

/** SHA-256 that an earlier delivery stored with the object. */
async function storedSha256(lane: Lane, key: string): Promise<string | undefined> {
  try {
    return (await lane.client.send(new HeadObjectCommand({ Bucket: lane.bucket, Key: key }))).Metadata?.['sha256'];
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** Errors that every further file would meet too. */
const fatalNames = new Set([
  'NoSuchBucket',
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'CredentialsProviderError',
  'ECONNREFUSED',
]);
const isFatal = (error: unknown): boolean => {
  const { name, code, syscall } = error as NodeJS.ErrnoException;
  return fatalNames.has(name) || (code !== undefined && fatalNames.has(code) && syscall === 'connect');
};

function sentence(error: unknown): string {
  const e = error as NodeJS.ErrnoException;
  return e instanceof ChangedFileError ? e.message : e.syscall ? problemOf(e) : `${e.name}: ${e.message}`;
}
