/** What the API works with on one machine: everything in this process, jobs over a folder. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet } from 'jose';
import type { Json } from '../../runtime/api/document.ts';
import type { Engine } from '../../runtime/api/engine.ts';
import { FolderFiles } from '../../runtime/api/job-files.ts';
import { jobStep, type JobWorkParts } from '../../runtime/api/job-work.ts';
import { MemoryJobs, MemoryKeys, MemoryMolecules } from '../../runtime/api/memory.ts';
import { MoleculeCache } from '../../runtime/api/molecule-cache.ts';
import type { ApiParts } from '../../runtime/api/operations.ts';
import type { Neighbours } from '../../runtime/api/similar.ts';
import { APPLICATION, type Issuer } from './issuer.ts';

export interface LocalParts {
  readonly document: Json;
  readonly engine: () => Promise<Engine>;
  readonly issuer: Issuer;
  /** Folder whose folders stand for buckets. */
  readonly files: string;
  readonly log: ApiParts['log'];
}

const WORK_BUCKET = 'work';
export const INPUT_PREFIX = 's3://inputs/';

/** Molecules that this process has embedded, exactly. */
const neighboursOf = (molecules: MemoryMolecules): Neighbours => ({
  most: 1_000,
  search: ({ vector, k, minScore = -1 }) => {
    const length = Math.hypot(...vector);
    const scored = molecules.all().map((m) => {
      let dot = 0;
      for (const [i, v] of m.embedding.entries()) dot += v * (vector[i] ?? 0);
      return {
        molecule_key: m.moleculeKey,
        canonical_smiles: m.canonical,
        inchikey: m.inchikey,
        // Rounding may take it past the ends.
        score: Math.min(1, Math.max(-1, dot / (length * Math.hypot(...m.embedding)))),
      };
    });
    return Promise.resolve(
      scored
        .filter((n) => n.score >= minScore)
        .sort((a, b) => b.score - a.score || (a.molecule_key < b.molecule_key ? -1 : 1))
        .slice(0, k),
    );
  },
});

export function localParts({ document, engine, issuer, files, log }: LocalParts): ApiParts {
  const molecules = new MemoryMolecules();
  const jobs = new MemoryJobs();
  const cursorSecret = randomBytes(32).toString('hex');
  const complain = (error: unknown): void => log({ message: 'error', error: String(error) });
  const cache = new MoleculeCache(molecules, complain);
  const work: JobWorkParts = {
    engine,
    cache: () => cache,
    records: jobs,
    files: new FolderFiles(files),
    workBucket: WORK_BUCKET,
    scratch: join(tmpdir(), `decant-jobs-${process.pid}`),
  };
  return {
    document,
    rules: {
      issuer: issuer.issuer,
      clients: { [issuer.clientId]: APPLICATION },
      keys: createLocalJWKSet(issuer.keys),
    },
    engine,
    molecules: () => molecules,
    cache: () => cache,
    neighbours: () => neighboursOf(molecules),
    keys: new MemoryKeys(),
    jobs,
    runner: {
      start: (tenant, id) => {
        // As the workflow does: not waited for.
        void runJob(work, tenant, id).catch(complain);
        return Promise.resolve();
      },
      stop: () => Promise.resolve(),
    },
    workBucket: WORK_BUCKET,
    jobInputs: [INPUT_PREFIX],
    jobOutputs: [],
    cursorSecret: () => Promise.resolve(cursorSecret),
    log,
  };
}

/** The steps in the order of the workflow. */
async function runJob(work: JobWorkParts, tenant: string, id: string): Promise<void> {
  const step = { tenant, id };
  try {
    const split = await jobStep(work, { ...step, step: 'split' });
    for (const part of 'parts' in split ? split.parts : []) await jobStep(work, { ...step, step: 'part', part });
    await jobStep(work, { ...step, step: 'finish' });
  } catch (error) {
    const { name, message } = error as Error;
    await jobStep(work, { ...step, step: 'fail', error: { Error: name, Cause: message } });
  }
}
