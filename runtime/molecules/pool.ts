/** RDKit in a few worker threads: order kept, crashes contained, memory given back. */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { MoleculeAnswer, MoleculeQuestion } from './describe.ts';
import { workerSource } from './worker.ts';

/** A thread holds some 60 MB; more of them gain nothing on the machines that tasks run on. */
const MAX_THREADS = 8;
/** RDKit's memory only grows: a thread is replaced after so many molecules. */
const MOLECULES_PER_THREAD = 50_000;

const rdkitPath = (): string => createRequire(import.meta.url).resolve('@rdkit/rdkit');

interface Job {
  readonly questions: readonly MoleculeQuestion[];
  readonly resolve: (answers: MoleculeAnswer[] | undefined) => void;
}

export interface PoolOptions {
  /** @default the processors, at most 8 */
  readonly threads?: number;
  /** @default 50,000 */
  readonly moleculesPerThread?: number;
  /** Path of the RDKit module. @default the installed package */
  readonly rdkit?: string;
}

export class MoleculePool {
  readonly threads: number;
  readonly #perThread: number;
  readonly #rdkit: string;
  readonly #waiting: Job[] = [];
  readonly #idle: { worker: Worker; done: number }[] = [];
  readonly #all = new Set<Worker>();
  #started = 0;
  #busy = 0;

  constructor({ threads, moleculesPerThread, rdkit }: PoolOptions = {}) {
    this.threads = threads ?? Math.min(availableParallelism(), MAX_THREADS);
    this.#perThread = moleculesPerThread ?? MOLECULES_PER_THREAD;
    this.#rdkit = rdkit ?? rdkitPath();
  }

  /** Threads started so far. */
  get started(): number {
    return this.#started;
  }

  /** Answers in the order of the questions. A molecule that kills its thread is answered as bad; the others are not lost. */
  async ask(questions: readonly MoleculeQuestion[]): Promise<MoleculeAnswer[]> {
    if (questions.length === 0) return [];
    const answers = await new Promise<MoleculeAnswer[] | undefined>((resolve) => {
      this.#waiting.push({ questions, resolve });
      this.#next();
    });
    if (answers) return answers;
    if (questions.length === 1) return [{ ok: false, why: 'RDKit fails on it' }];
    const half = questions.length >> 1;
    return [...(await this.ask(questions.slice(0, half))), ...(await this.ask(questions.slice(half)))];
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#busy >= this.threads) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#busy++;
    const thread = this.#idle.pop() ?? this.#start();
    const finish = (answers: MoleculeAnswer[] | undefined): void => {
      thread.worker.off('message', finish).off('error', fail).off('exit', fail);
      thread.worker.unref();
      this.#busy--;
      thread.done += job.questions.length;
      if (answers && thread.done < this.#perThread) this.#idle.push(thread);
      else this.#end(thread.worker);
      job.resolve(answers);
      this.#next();
    };
    const fail = (): void => finish(undefined);
    thread.worker.on('message', finish).on('error', fail).on('exit', fail);
    thread.worker.ref();
    thread.worker.postMessage(job.questions);
  }

  #start(): { worker: Worker; done: number } {
    this.#started++;
    const worker = new Worker(workerSource, { eval: true, workerData: { rdkit: this.#rdkit } });
    this.#all.add(worker);
    return { worker, done: 0 };
  }

  #end(worker: Worker): void {
    this.#all.delete(worker);
    // A thread that is being ended may still fail; nobody waits for it any more.
    worker.on('error', () => undefined);
    void worker.terminate();
  }
}

let shared: MoleculePool | undefined;
/** The pool of this process: loading RDKit costs half a second, small objects cost less. */
export const sharedPool = (): MoleculePool => (shared ??= new MoleculePool());
