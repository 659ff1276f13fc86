/** What the API stores, in this process: for one machine, where nothing has to outlive it. */
import type { KeyStore, KeyUse } from './idempotency.ts';
import { hasEnded, type Job, type JobState, type JobStore } from './jobs.ts';
import type { KnownMolecule, MoleculeStore } from './molecule-cache.ts';

export class MemoryKeys implements KeyStore {
  readonly #uses = new Map<string, KeyUse>();

  claim(use: KeyUse, now: number): Promise<KeyUse | undefined> {
    const earlier = this.#uses.get(use.request);
    if (earlier && earlier.expires > now) return Promise.resolve(earlier);
    this.#uses.set(use.request, use);
    return Promise.resolve(undefined);
  }

  takeOver(use: KeyUse, dead: KeyUse): Promise<boolean> {
    const now = this.#uses.get(use.request);
    const same = now?.state === 'answering' && now.until === dead.until;
    if (same) this.#uses.set(use.request, use);
    return Promise.resolve(same);
  }

  finish(use: KeyUse): Promise<void> {
    this.#uses.set(use.request, use);
    return Promise.resolve();
  }

  release(request: string): Promise<void> {
    this.#uses.delete(request);
    return Promise.resolve();
  }
}

export class MemoryMolecules implements MoleculeStore {
  readonly #known = new Map<string, KnownMolecule>();

  get(keys: readonly string[]): Promise<ReadonlyMap<string, KnownMolecule>> {
    return Promise.resolve(
      new Map(
        keys.flatMap((key) => {
          const molecule = this.#known.get(key);
          return molecule ? [[key, molecule] as const] : [];
        }),
      ),
    );
  }

  put(molecules: readonly KnownMolecule[]): Promise<void> {
    for (const molecule of molecules) this.#known.set(molecule.moleculeKey, molecule);
    return Promise.resolve();
  }

  byInchikey(inchikey: string): Promise<readonly KnownMolecule[]> {
    const found = [...this.#known.values()].filter((m) => m.inchikey === inchikey);
    return Promise.resolve(found.sort((a, b) => (a.moleculeKey < b.moleculeKey ? -1 : 1)));
  }

  /** All of them, for a search over few. */
  all(): readonly KnownMolecule[] {
    return [...this.#known.values()];
  }
}

export class MemoryJobs implements JobStore {
  readonly #jobs = new Map<string, Job>();

  create(job: Job): Promise<void> {
    const key = `${job.tenant}\n${job.id}`;
    if (!this.#jobs.has(key)) this.#jobs.set(key, { ...job, progress: 0 });
    return Promise.resolve();
  }

  get(tenant: string, id: string): Promise<Job | undefined> {
    return Promise.resolve(this.#jobs.get(`${tenant}\n${id}`));
  }

  list(tenant: string, limit: number, before?: string, state?: JobState): Promise<readonly Job[]> {
    const jobs = [...this.#jobs.values()]
      .filter((j) => j.tenant === tenant && (before === undefined || j.id < before) && (!state || j.state === state))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return Promise.resolve(jobs.slice(0, limit));
  }

  cancel(tenant: string, id: string, at: string): Promise<Job | undefined> {
    return this.change(tenant, id, { state: 'CANCELLED' }, at);
  }

  /** Changes the record unless it has ended; answers it as it then is. */
  change(tenant: string, id: string, change: Partial<Job>, at: string): Promise<Job | undefined> {
    const key = `${tenant}\n${id}`;
    const job = this.#jobs.get(key);
    if (!job || hasEnded(job.state)) return Promise.resolve(job);
    const state = change.state ?? job.state;
    const changed = { ...job, ...change, progress: hasEnded(state) ? 1 : (job.progress ?? 0), updated_at: at };
    this.#jobs.set(key, changed);
    return Promise.resolve(changed);
  }
}
