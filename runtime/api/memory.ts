/** What the API stores, in this process: for one machine, where nothing has to outlive it. */
import type { KeyStore, KeyUse } from './idempotency.ts';
import { hasEnded, type Job, type JobChange, type JobRecords, type JobState, type JobStore } from './jobs.ts';
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

interface Held {
  readonly job: Job;
  readonly parts: number;
  readonly done: ReadonlySet<number>;
}

const keyOf = (tenant: string, id: string): string => `${tenant}\n${id}`;
const shown = ({ job, parts, done }: Held): Job => ({
  ...job,
  progress: hasEnded(job.state) ? 1 : parts > 0 ? Math.min(1, done.size / parts) : 0,
});

export class MemoryJobs implements JobRecords, JobStore {
  readonly #jobs = new Map<string, Held>();

  create(job: Job): Promise<void> {
    const key = keyOf(job.tenant, job.id);
    if (!this.#jobs.has(key)) this.#jobs.set(key, { job, parts: 0, done: new Set() });
    return Promise.resolve();
  }

  get(tenant: string, id: string): Promise<Job | undefined> {
    const held = this.#jobs.get(keyOf(tenant, id));
    return Promise.resolve(held && shown(held));
  }

  list(tenant: string, limit: number, before?: string, state?: JobState): Promise<readonly Job[]> {
    const jobs = [...this.#jobs.values()]
      .map(shown)
      .filter((j) => j.tenant === tenant && (before === undefined || j.id < before) && (!state || j.state === state))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    return Promise.resolve(jobs.slice(0, limit));
  }

  change(tenant: string, id: string, change: JobChange, at: string): Promise<Job | undefined> {
    const held = this.#jobs.get(keyOf(tenant, id));
    if (!held) return Promise.resolve(undefined);
    if (hasEnded(held.job.state)) return Promise.resolve(shown(held));
    const { parts = held.parts, ...fields } = change;
    const changed = { ...held, parts, job: { ...held.job, ...fields, updated_at: at } };
    this.#jobs.set(keyOf(tenant, id), changed);
    return Promise.resolve(shown(changed));
  }

  partDone(tenant: string, id: string, part: number): Promise<void> {
    const held = this.#jobs.get(keyOf(tenant, id));
    if (held) this.#jobs.set(keyOf(tenant, id), { ...held, done: new Set([...held.done, part]) });
    return Promise.resolve();
  }
}
