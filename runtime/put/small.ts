/** Carries files that fit one request, in several threads when there are many: a request costs more CPU than its bytes. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { putClient } from './client.ts';
import { crcText } from './crc32.ts';
import { digestBytes, type Digest } from './digest.ts';
import { ChangedFileError, readWhole } from './file.ts';
import { QuickPut } from './quick.ts';
import { metadata } from './stored.ts';
import type { Found } from './walk.ts';

/** What has arrived. */
export interface Arrived {
  readonly sha256: string;
  readonly etag: string;
}

/** Sends a file that is in memory. */
export async function sendBytes(
  client: S3Client,
  bucket: string,
  key: string,
  file: Found,
  bytes: Buffer,
  { sha256, crc }: Digest,
): Promise<Arrived> {
  const { ETag: etag = '' } = await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ChecksumCRC32: crcText(crc),
      Metadata: metadata(file, sha256),
    }),
  );
  return { sha256, etag };
}

function fileSender(client: S3Client, bucket: string): (key: string, file: Found) => Promise<Arrived> {
  const quick = new QuickPut(client);
  return async (key, file) => {
    const bytes = await readWhole(file);
    const digest = digestBytes(bytes);
    const { sha256 } = digest;
    const etag = await quick.put(key, bytes, crcText(digest.crc), metadata(file, sha256));
    return etag === undefined ? sendBytes(client, bucket, key, file, bytes, digest) : { sha256, etag };
  };
}

/** Files after which a second thread pays for loading the SDK again. */
const WORTH_THREADS = 400;
/** Threads at most; beyond, the walk and the memory of one delivery are the limit. */
const MAX_THREADS = 4;

const MARK = 'decant-small';
interface Place {
  readonly mark: typeof MARK;
  readonly bucket: string;
}
interface Question {
  readonly id: number;
  readonly key: string;
  readonly file: Found;
}
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
}
type Answer = { id: number } & ({ arrived: Arrived } | { failure: Failure });

interface Thread {
  running: number;
  send(key: string, file: Found): Promise<Arrived>;
  close(): void;
}

export interface SmallSender {
  /** Reads and sends one file. Throws ChangedFileError when the file changes while it is read. */
  send(key: string, file: Found): Promise<Arrived>;
  close(): void;
}

export function smallSender(client: S3Client, bucket: string): SmallSender {
  const threads: Thread[] = [{ running: 0, send: fileSender(client, bucket), close: () => undefined }];
  // A thread loads built code only; sources run under a loader that it does not have.
  const most = import.meta.url.endsWith('.ts') ? 1 : Math.min(MAX_THREADS, availableParallelism());
  let files = 0;
  return {
    async send(key, file) {
      if (++files > WORTH_THREADS && threads.length < most) threads.push(startThread(bucket));
      const thread = threads.reduce((least, t) => (t.running < least.running ? t : least));
      thread.running++;
      try {
        return await thread.send(key, file);
      } finally {
        thread.running--;
      }
    },
    close: () => threads.forEach((t) => t.close()),
  };
}

function startThread(bucket: string): Thread {
  const place: Place = { mark: MARK, bucket };
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: place });
  const waiting = new Map<number, { resolve: (arrived: Arrived) => void; reject: (error: Error) => void }>();
  let next = 0;
  let broken: Error | undefined;
  const fail = (error: Error) => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('arrived' in answer) asked?.resolve(answer.arrived);
    else asked?.reject(revive(answer.failure));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a sending thread ended without an answer')));
  return {
    running: 0,
    send: (key, file) =>
      new Promise((resolve, reject) => {
        if (broken) {
          reject(broken);
          return;
        }
        const question: Question = { id: next++, key, file };
        waiting.set(question.id, { resolve, reject });
        worker.postMessage(question);
      }),
    close: () => void worker.terminate(),
  };
}

/** Errors lose their class and their own fields between threads. */
const revive = ({ name, message, ...rest }: Failure): Error =>
  name === 'ChangedFileError' ? new ChangedFileError() : Object.assign(new Error(message), { ...rest, name });

const place = workerData as Place | undefined;
if (!isMainThread && place?.mark === MARK) {
  const sendFile = fileSender(putClient(), place.bucket);
  parentPort?.on('message', ({ id, key, file }: Question) => {
    const tell = (answer: Answer) => parentPort?.postMessage(answer);
    sendFile(key, file).then(
      (arrived) => tell({ id, arrived }),
      ({ name, message, code, syscall }: NodeJS.ErrnoException) =>
        tell({ id, failure: { name, message, code, syscall } }),
    );
  });
}
