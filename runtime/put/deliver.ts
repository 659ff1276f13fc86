/** Delivers files and folders to the raw bucket: what has changed since the last time, and nothing else. */
import type { S3Client } from '@aws-sdk/client-s3';
import { Budget } from './budget.ts';
import { Buffers } from './buffers.ts';
import { digestBytes } from './digest.ts';
import { ChangedFileError, readWhole } from './file.ts';
import { localHasher, type Hasher } from './hasher.ts';
import { keyProblem } from './key.ts';
import type { Lane } from './lane.ts';
import { HELD_BYTES, PART_BYTES, sizeProblem } from './part-size.ts';
import { sendParts, sha256OfFile } from './parts.ts';
import { listPage, RemoteCursor, type RemoteObject } from './remote.ts';
import { sendBytes, smallSender, type Arrived, type SmallSender } from './small.ts';
import type { PutState } from './state.ts';
import { storedSha256, storeSha256 } from './stored.ts';
import { isTrouble, problemOf, walk, type Found, type Trouble } from './walk.ts';

/** Requests at once: hides a round trip of 100 ms at 250 objects a second, and leaves S3's limits far away. */
const REQUESTS = 32;
/** Bytes of file contents in memory at once. */
const BUFFER_BYTES = 128 * 1024 * 1024;
/** Files at once: enough to fill the requests, so that a long listing never piles up. */
const FILES = 48;
/** Large files at once: the parts of one fill the line, those of a second its ends; each is hashed on a core. */
const LARGE = 2;

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
  /** Hashes large files. @default on this thread */
  readonly hasher?: () => Hasher;
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
  const lane: Lane = {
    client: request.client,
    bucket: request.bucket,
    state: request.state,
    budget: new Budget(REQUESTS, BUFFER_BYTES),
    buffers: new Buffers(),
    hasher: request.hasher ?? localHasher,
    heldBytes: HELD_BYTES,
    sent: (bytes) => request.on.sent(bytes),
  };
  const small = smallSender(lane.client, lane.bucket);
  const one: OneFile = { request, lane, small, large: new Budget(LARGE, LARGE) };
  const running = new Set<Promise<void>>();
  let fatal: unknown;
  try {
    for await (const candidate of candidates(request)) {
      if (fatal) break;
      await files.with(1, () => Promise.resolve());
      const work = files
        .with(1, () => deliverOne(one, candidate))
        .catch((error: unknown) => {
          if (isFatal(error)) fatal ??= error;
          else request.on.trouble({ path: candidate.file.path, kind: 'failed', problem: sentence(error) });
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
    await Promise.all(running);
  } finally {
    small.close();
  }
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
          ? (keyProblem(key) ?? sizeProblem(walked.size))
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

interface OneFile {
  readonly request: DeliverRequest;
  readonly lane: Lane;
  readonly small: SmallSender;
  readonly large: Budget;
}

async function deliverOne({ request, lane, small, large }: OneFile, { key, file, remote }: Candidate): Promise<void> {
  const { state, on } = request;
  const { size, mtimeMs, ctimeMs } = file;
  const record = async ({ sha256, etag }: Arrived, toTag?: string) => {
    if (!request.dryRun) await state.record({ key, size, mtimeMs, ctimeMs, sha256, etag, toTag });
  };
  const tag = async (arrived: Arrived, versionId: string) => {
    try {
      await storeSha256(lane.client, lane.bucket, key, versionId === '' ? undefined : versionId, arrived.sha256);
    } catch (error) {
      // Of this file alone, also where the permission is missing: small files need none.
      const why = `${(error as Error).name}: ${(error as Error).message}`;
      throw new Error(`arrived whole, but its SHA-256 could not be stored as a tag; deliver again. ${why}`, {
        cause: error,
      });
    }
    await record(arrived);
  };
  const known = state.delivered(key);
  const sameFile = known?.size === size && known.mtimeMs === mtimeMs && known.ctimeMs === ctimeMs;
  if (remote && sameFile && known.etag === remote.etag && !request.compareContents) {
    if (known.toTag !== undefined && !request.dryRun) await tag(known, known.toTag);
    return on.unchanged(key, file);
  }
  const sameSize = remote?.size === size;
  if (request.dryRun && !sameSize) return on.delivered(key, file);
  const isThere = async (sha256: string): Promise<boolean> => {
    if (!sameSize || (await storedSha256(lane.client, lane.bucket, key)) !== sha256) return false;
    await record({ sha256, etag: remote.etag });
    on.unchanged(key, file);
    return true;
  };
  if (size <= PART_BYTES) {
    await lane.budget.with(size, async () => {
      if (!sameSize) await record(await small.send(key, file));
      else {
        const bytes = await readWhole(file);
        const digest = digestBytes(bytes);
        if (await isThere(digest.sha256)) return;
        if (!request.dryRun) await record(await sendBytes(lane.client, lane.bucket, key, file, bytes, digest));
      }
      if (!request.dryRun) lane.sent(size);
      on.delivered(key, file);
    });
    return;
  }
  await large.with(1, async () => {
    if (sameSize && (await isThere(await sha256OfFile(lane, file)))) return;
    if (!request.dryRun) {
      const arrived = await sendParts(lane, key, file);
      const versionId = arrived.versionId ?? '';
      // A run that ends before the tag is set leaves a note to the next one.
      await record(arrived, versionId);
      await tag(arrived, versionId);
    }
    on.delivered(key, file);
  });
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
