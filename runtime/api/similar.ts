/** Nearest neighbours, in pages. */
import { modelRef, wantModel } from './answers.ts';
import { boundTo, readCursor, writeCursor } from './cursor.ts';
import type { Engine } from './engine.ts';
import type { Answer } from './http.ts';
import type { MoleculeCache, MoleculeStore } from './molecule-cache.ts';
import { ApiProblem, invalid } from './problem.ts';
import { computeItems } from './read-items.ts';

export interface Neighbour {
  readonly molecule_key: string;
  readonly canonical_smiles: string;
  readonly inchikey: string | undefined;
  readonly score: number;
}

/** The vectors that were embedded. */
export interface Neighbours {
  /** Results of one search at most: pages end there. */
  readonly most: number;
  /** By falling cosine similarity. */
  search(question: { vector: Float32Array; k: number; minScore?: number }): Promise<readonly Neighbour[]>;
}

export interface SimilarityBody {
  readonly model?: string;
  readonly query: { readonly smiles?: string; readonly inchikey?: string; readonly vector?: readonly number[] };
  readonly k: number;
  readonly min_score?: number;
  readonly filter?: { readonly exclude_inchikeys?: readonly string[] };
  readonly cursor?: string;
}

export interface SimilarParts {
  readonly engine: Engine;
  readonly cache: MoleculeCache;
  readonly store: MoleculeStore;
  readonly neighbours: Neighbours;
  readonly cursorSecret: () => Promise<string>;
}

export async function searchSimilar(parts: SimilarParts, tenant: string, body: SimilarityBody): Promise<Answer> {
  const { engine, neighbours } = parts;
  wantModel(engine, body.model);
  const { cursor, k, ...asked } = body;
  const bound = boundTo(tenant, 'similarity', [engine.bundle.index.hash, asked]);
  const secret = await parts.cursorSecret();
  const from = cursor === undefined ? 0 : Number(readCursor(secret, bound, cursor, '#/cursor'));
  const vector = await vectorFor(parts, body);
  const excluded = new Set(body.filter?.exclude_inchikeys ?? []);
  // One more than the page tells whether there is another page.
  const wanted = Math.min(neighbours.most, from + k + 1 + excluded.size);
  const found = await neighbours.search({
    vector,
    k: wanted,
    ...(body.min_score !== undefined && { minScore: body.min_score }),
  });
  const left = found.filter((n) => n.inchikey === undefined || !excluded.has(n.inchikey));
  const page = left.slice(from, from + k);
  return {
    status: 200,
    body: {
      model: modelRef(engine),
      items: page.map(({ inchikey, ...n }, i) => ({
        rank: from + i,
        ...n,
        ...(inchikey !== undefined && { inchikey }),
      })),
      ...(left.length > from + k && { next_cursor: writeCursor(secret, bound, from + k) }),
    },
    log: { found: page.length },
  };
}

async function vectorFor(parts: SimilarParts, { query }: SimilarityBody): Promise<Float32Array> {
  if (query.vector) {
    const { dimension } = parts.engine.bundle.index;
    if (query.vector.length !== dimension)
      throw invalid('#/query/vector', `has ${query.vector.length} numbers; the model has ${dimension} dimensions`);
    const vector = Float32Array.from(query.vector);
    if (!vector.every((v) => Number.isFinite(v)) || !vector.some((v) => v !== 0))
      throw invalid('#/query/vector', 'has no direction');
    return vector;
  }
  if (query.inchikey !== undefined) {
    const [stored] = await parts.store.byInchikey(query.inchikey);
    if (!stored) throw new ApiProblem('no-such-molecule', 'no embedding of this InChIKey is stored for the model');
    return stored.embedding;
  }
  const [computed] = await computeItems(parts.engine, parts.cache, [{ smiles: query.smiles ?? '' }], 'error');
  if (!computed?.ok) throw invalid('#/query/smiles', `${computed?.code ?? 'EMPTY'}: ${computed?.detail ?? ''}`);
  return computed.molecule.embedding;
}
