/** Digests of large files in a thread of their own, so that hashing one file and sending another share the work of two cores. */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { digestFile, type Digest } from './digest.ts';

/** Marks the threads that this module starts from its own file. */
const MARK = 'decant-digest';

interface Job {
  readonly mark: typeof MARK;
  readonly path: string;
  readonly partSize: number;
}

/** As digestFile, in a new thread: its start costs less than hashing 16 MiB. */
export function digestInThread(path: string, partSize: number): Promise<Digest> {
  const file = fileURLToPath(import.meta.url);
  // A thread loads built code only; sources run under a loader that it does not have.
  if (file.endsWith('.ts')) return digestFile(path, partSize);
  return new Promise((resolve, reject) => {
    const job: Job = { mark: MARK, path, partSize };
    const worker = new Worker(file, { workerData: job });
    worker.once('message', (answer: { digest: Digest } | { error: NodeJS.ErrnoException }) => {
      if ('digest' in answer) resolve(answer.digest);
      else reject(answer.error);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the hashing thread ended without an answer')));
  });
}

const job = workerData as Job | undefined;
if (!isMainThread && job?.mark === MARK) {
  digestFile(job.path, job.partSize).then(
    (digest) => parentPort?.postMessage({ digest }),
    ({ message, code, syscall }: NodeJS.ErrnoException) =>
      parentPort?.postMessage({ error: Object.assign(new Error(message), { code, syscall }) }),
  );
}
