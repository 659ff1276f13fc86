/** Embeddings that are stored, by InChIKey. */
import { createHash } from 'node:crypto';
import { modelRef, vectorOf, wantModel, type Encoding } from './answers.ts';
import type { Engine } from './engine.ts';
import type { Answer } from './http.ts';
import type { MoleculeStore } from './molecule-cache.ts';
import { ApiProblem } from './problem.ts';

export interface StoredQuestion {
  readonly inchikey: string;
  readonly model?: string;
  readonly encoding: Encoding;
  /** If-None-Match: ETags or `*`. */
  readonly ifNoneMatch?: string;
}

const matches = (etag: string, header: string): boolean =>
  header.split(',').some((given) => {
    const tag = given.trim().replace(/^W\//, '');
    return tag === etag || tag === '*';
  });

/** Several molecules may share an InChIKey. The ETag changes with the model, the encoding and the molecules. */
export async function getStored(engine: Engine, store: MoleculeStore, asked: StoredQuestion): Promise<Answer> {
  wantModel(engine, asked.model);
  const molecules = await store.byInchikey(asked.inchikey);
  if (molecules.length === 0)
    throw new ApiProblem('no-such-molecule', 'no embedding of this InChIKey is stored for the model');
  const keys = molecules.map((m) => m.moleculeKey);
  const etag = `"${createHash('sha256')
    .update(JSON.stringify([asked.encoding, ...keys]))
    .digest('hex')
    .slice(0, 32)}"`;
  const headers = { ETag: etag };
  if (asked.ifNoneMatch !== undefined && matches(etag, asked.ifNoneMatch)) return { status: 304, headers };
  return {
    status: 200,
    headers,
    body: {
      model: modelRef(engine),
      pooling: engine.bundle.index.pooling,
      items: molecules.map((m) => ({
        canonical_smiles: m.canonical,
        inchikey: asked.inchikey,
        molecule_key: m.moleculeKey,
        tokens: m.tokens,
        truncated: m.truncated,
        ...vectorOf(m.embedding, asked.encoding),
      })),
    },
  };
}
