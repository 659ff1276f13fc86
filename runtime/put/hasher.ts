/** SHA-256 of a file and the CRC-32 of its parts, computed while the parts are in memory on their way to the bucket. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

export interface Hasher {
  /** CRC-32 of the first `size` bytes, which must not change until it is known. Parts count in the order of the calls. */
  add(part: SharedArrayBuffer, size: number): Promise<number>;
  /** SHA-256, in hex, of all parts. */
  end(): Promise<string>;
  /** Frees what the hasher holds; needed after failures too. */
  close(): void;
}

/** Slices of this size stay in the processor's cache between the two checksums. */
const SLICE_BYTES = 256 * 1024;

/** Hashes on the thread that asks. */
export function localHasher(): Hasher {
  const hash = createHash('sha256');
  return {
    add(part, size) {
      let crc = 0;
      for (let at = 0; at < size; at += SLICE_BYTES) {
        const slice = new Uint8Array(part, at, Math.min(SLICE_BYTES, size - at));
        hash.update(slice);
        crc = crc32(slice, crc);
      }
      return Promise.resolve(crc);
    },
    end: () => Promise.resolve(hash.digest('hex')),
    close: () => undefined,
  };
}

/** Marks the threads that this module starts from its own file. */
const MARK = 'decant-hasher';
type Question = { part: SharedArrayBuffer; size: number } | 'end';
type Answer = number | string;

/** Hashes in a thread of its own, so that sending goes on meanwhile. */
export function threadHasher(): Hasher {
  const file = fileURLToPath(import.meta.url);
  // A thread loads built code only; sources run under a loader that it does not have.
  if (file.endsWith('.ts')) return localHasher();
  const worker = new Worker(file, { workerData: MARK });
  const waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];
  let broken: Error | undefined;
  const fail = (error: Error) => {
    broken ??= error;
    for (const { reject } of waiting.splice(0)) reject(broken);
  };
  worker.on('message', (answer: Answer) => waiting.shift()?.resolve(answer as never));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the hashing thread ended without an answer')));
  const ask = <T extends Answer>(question: Question) =>
    new Promise<T>((resolve, reject) => {
      if (broken) {
        reject(broken);
        return;
      }
      waiting.push({ resolve, reject });
      worker.postMessage(question);
    });
  return {
    add: (part, size) => ask<number>({ part, size }),
    end: () => ask<string>('end'),
    close: () => void worker.terminate(),
  };
}

if (!isMainThread && workerData === MARK) {
  const hasher = localHasher();
  parentPort?.on('message', (question: Question) => {
    if (question === 'end') void hasher.end().then((sha256) => parentPort?.postMessage(sha256));
    else void hasher.add(question.part, question.size).then((crc) => parentPort?.postMessage(crc));
  });
}
