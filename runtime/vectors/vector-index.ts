/** Search for similar molecules: one interface over S3 Vectors and over an exact index. */

/** A molecule near the query. */
export interface Neighbour {
  readonly molecule_key: string;
  readonly canonical_smiles: string;
  /** Undefined where InChI knows no such structure. */
  readonly inchikey: string | undefined;
  /** Cosine similarity, -1 to 1. */
  readonly score: number;
}

export interface VectorQuery {
  /** Need not be of length 1. */
  readonly vector: Float32Array;
  /** Neighbours at most, 1 to MAX_NEIGHBOURS. */
  readonly k: number;
  /** Neighbours of a lower score are left out. @default none are */
  readonly minScore?: number;
}

export interface VectorIndex {
  readonly dimension: number;
  /** Nearest first; of equal scores the smaller key first. Throws InvalidQueryError. */
  search(query: VectorQuery): Promise<Neighbour[]>;
}

/** S3 Vectors answers no more (S3 user guide, s3-vectors-limitations). */
export const MAX_NEIGHBOURS = 10_000;

/** A query that no index can answer: another dimension, no finite numbers, no direction. */
export class InvalidQueryError extends Error {
  override readonly name = 'InvalidQueryError';
}

/** Throws InvalidQueryError. */
export function checkQuery({ vector, k, minScore }: VectorQuery, dimension: number): void {
  if (vector.length !== dimension)
    throw new InvalidQueryError(`the query has ${vector.length} components, the index has ${dimension}`);
  if (!vector.every(Number.isFinite)) throw new InvalidQueryError('the query has a component that is no finite number');
  if (vector.every((x) => x === 0)) throw new InvalidQueryError('the query is zero: nothing is near it');
  if (!Number.isInteger(k) || k < 1 || k > MAX_NEIGHBOURS)
    throw new InvalidQueryError(`k is ${k}; it must be a whole number from 1 to ${MAX_NEIGHBOURS}`);
  if (minScore !== undefined && !(minScore >= -1 && minScore <= 1))
    throw new InvalidQueryError(`the least score is ${minScore}; it must be a number from -1 to 1`);
}

/** The order of every answer. */
export const nearestFirst = (a: Neighbour, b: Neighbour): number =>
  b.score - a.score || (a.molecule_key < b.molecule_key ? -1 : a.molecule_key > b.molecule_key ? 1 : 0);

/** What several indexes, such as those of several classes, find together; a molecule that several hold is found once. */
export function together(indexes: readonly VectorIndex[]): VectorIndex {
  const [first] = indexes;
  if (!first) throw new RangeError('there is no index to search');
  return {
    dimension: first.dimension,
    async search(query) {
      const found = (await Promise.all(indexes.map((index) => index.search(query)))).flat().sort(nearestFirst);
      const distinct = found.filter((n, i) => found.findIndex((m) => m.molecule_key === n.molecule_key) === i);
      return distinct.slice(0, query.k);
    },
  };
}
