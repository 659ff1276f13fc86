/** Vectors of the job: those of every other program, as they are stored. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accounted, Lake, lakeRows, query, writeParquet, type PlanTable } from '../support/lake.ts';
import type { Python } from '../support/python.ts';

const fixtures = join(__dirname, '..', '..', 'fixtures', 'chemistry');
const molecules = readFileSync(join(fixtures, 'molecules.txt'), 'utf8').trimEnd().split('\n');
const frozen = new Float32Array(new Uint8Array(readFileSync(join(fixtures, 'embeddings.f32'))).buffer);
/** Two orders of magnitude above what batch-mates move. */
const BOUND = 1e-5;

export const describeNumbers = (session: () => Python, dir: string): void =>
  describe('vectors', () => {
    let lake: Lake;
    let plan: PlanTable[];

    beforeAll(async () => {
      lake = new Lake(dir, session());
      // Reversed, so that no order can be kept by chance.
      plan = [
        {
          table: 't',
          columns: ['smiles'],
          files: [await writeParquet(lake.path('in.parquet'), lakeRows(molecules.toReversed()))],
        },
      ];
    });

    /** Largest difference of a stored component to the frozen one, over all molecules. */
    async function farthest(run: string): Promise<number> {
      const rows = await lake.rows('embeddings', `WHERE run = '${run}'`);
      const byName = new Map(rows.map((r) => [String(r['canonical_smiles']), r['embedding'] as number[]]));
      expect(byName.size).toBe(molecules.length);
      let most = 0;
      molecules.forEach((smiles, m) =>
        byName.get(smiles)?.forEach((x, i) => (most = Math.max(most, Math.abs(x - (frozen[m * 64 + i] ?? NaN))))),
      );
      return most;
    }

    test('of 1,000 molecules are the frozen ones within 1e-5', async () => {
      const summary = await lake.embed('fp32', plan);

      expect(summary).toMatchObject({ values: 1000, embedded: 1000 });
      expect(await farthest('fp32')).toBeLessThanOrEqual(BOUND);
    });

    test('that are stored as halves are marked, and within 1e-3', async () => {
      const summary = await lake.embed('fp16', plan, { dtype: 'fp16' });

      // Another dtype is another key: what is there in fp32 does not stand for it.
      expect(summary).toMatchObject({ embedded: 1000, known: 0, dtype: 'fp16' });
      const most = await farthest('fp16');
      expect(most).toBeLessThanOrEqual(1e-3);
      expect(most).toBeGreaterThan(BOUND);
      await expect(
        query(`SELECT DISTINCT dtype FROM read_parquet('${summary.files['embeddings']?.[0]}')`),
      ).resolves.toEqual([{ dtype: 'fp16' }]);
    });

    test('have Morgan fingerprints of 256 bytes beside them when asked', async () => {
      const summary = await lake.embed('morgan', plan, { fingerprints: 'morgan', sensitivity: 'public' });

      expect(accounted(summary)).toBe(1000);
      await expect(
        query(
          `SELECT octet_length(fingerprint) AS bytes, count(*) AS n FROM read_parquet('${summary.files['embeddings']?.[0]}') GROUP BY ALL`,
        ),
      ).resolves.toEqual([{ bytes: '256', n: '1000' }]);
    });

    test('and their neighbours are compared with those by fingerprint', async () => {
      const folder = lake.path(
        'tables',
        'embeddings',
        `bundle=${(await lake.embed('morgan', plan)).bundle}`,
        'sensitivity=public',
      );

      const report = await session().ask<{ neighbours: Record<string, number> }>('compare', {
        argv: ['--embeddings', folder],
      });

      const { jaccard = 0, jaccard_by_chance: chance = 1, rank_correlation: rank = 0 } = report.neighbours;
      expect(jaccard).toBeGreaterThan(5 * chance);
      expect(jaccard).toBeLessThan(1);
      expect(rank).toBeGreaterThan(0);
    });
  });
