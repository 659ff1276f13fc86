/** The nearest rows of a matrix, exactly: every row is looked at. */
import { eachScores, normalized } from '../search/dot.ts';
import type { ExactFile } from './exact-file.ts';
import { checkQuery, type Neighbour, nearestFirst, type VectorQuery } from './vector-index.ts';

/** Nearest first; of equal scores the row of the smaller key, which comes first in the file. Throws InvalidQueryError. */
export function nearest(file: ExactFile, query: VectorQuery): Neighbour[] {
  checkQuery(query, file.dimension);
  const { k, minScore = -1 } = query;
  const unit = normalized(query.vector, file.dimension);
  const best = new Best(Math.min(k, file.count));
  // Kept out of the object: this loop is all that most rows meet.
  let { least } = best;
  eachScores(unit, file.vectors, file.dimension, (scores, first) => {
    for (let i = 0; i < scores.length; i++) {
      if (scores[i]! > least) {
        best.add(scores[i]!, first + i);
        least = best.least;
      }
    }
  });
  return best.rows
    .map(({ score, row }): Neighbour => {
      const [molecule_key, canonical_smiles, inchikey] = file.text(row);
      // Rounding may take the cosine of a vector with itself past 1.
      return {
        molecule_key,
        canonical_smiles,
        inchikey: inchikey || undefined,
        score: Math.min(1, Math.max(-1, score)),
      };
    })
    .filter((n) => n.score >= minScore)
    .sort(nearestFirst);
}

interface Scored {
  readonly score: number;
  readonly row: number;
}

/** The best so far, as a heap whose top is the worst of them. */
class Best {
  readonly rows: Scored[] = [];
  readonly #size: number;
  /** A score must be above it to be among the best. */
  least = -Infinity;

  constructor(size: number) {
    this.#size = size;
    if (size === 0) this.least = Infinity;
  }

  add(score: number, row: number): void {
    if (this.rows.length < this.#size) {
      this.rows.push({ score, row });
      this.#up(this.rows.length - 1);
    } else {
      this.rows[0] = { score, row };
      this.#down(0);
    }
    if (this.rows.length === this.#size) this.least = this.rows[0]?.score ?? Infinity;
  }

  /** Of equal scores the later row is the worse. */
  #worse(i: number, j: number): boolean {
    const [a, b] = [this.rows[i]!, this.rows[j]!];
    return a.score < b.score || (a.score === b.score && a.row > b.row);
  }
  #swap(i: number, j: number): void {
    [this.rows[i], this.rows[j]] = [this.rows[j]!, this.rows[i]!];
  }
  #up(i: number): void {
    for (let parent = (i - 1) >> 1; i > 0 && this.#worse(i, parent); i = parent, parent = (i - 1) >> 1)
      this.#swap(i, parent);
  }
  #down(i: number): void {
    for (;;) {
      let worst = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.rows.length && this.#worse(child, worst)) worst = child;
      if (worst === i) return;
      this.#swap(i, worst);
      i = worst;
    }
  }
}
