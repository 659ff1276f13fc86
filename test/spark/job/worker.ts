/** The worker of one machine takes the job's place on an embedded AWS: the same arguments must leave the same tables. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EmbedSummary } from '../../../protocol/embeddings.ts';
import { Lake, lakeRows, writeParquet, type Row } from '../support/lake.ts';
import type { Python } from '../support/python.ts';

const root = join(__dirname, '..', '..', '..');
const golden = JSON.parse(readFileSync(join(root, 'test', 'fixtures', 'molecules', 'golden.json'), 'utf8')) as {
  verdicts: { text: string }[];
};
/** SQL texts hold no NUL; of what is much longer, RDKit in Node gives up some that RDKit in Python reads, under the same code. */
const texts = golden.verdicts.map(({ text }) => text).filter((text) => !text.includes('\0') && text.length <= 1_000);

export const describeWorker = (session: () => Python, dir: string): void =>
  describe('the worker of one machine', () => {
    let [job, worker]: [Lake | undefined, Lake | undefined] = [undefined, undefined];
    let summaries: EmbedSummary[] = [];

    beforeAll(async () => {
      job = new Lake(join(dir, 'job'), session());
      const program = { ask: (_: string, { argv }: { argv: string[] }) => runWorker(argv) } as unknown as Python;
      worker = new Lake(join(dir, 'worker'), program);
      const file = await writeParquet(join(dir, 'in.parquet'), lakeRows([...texts, ...texts.slice(0, 9), null]));
      const plan = [{ table: 't', columns: ['smiles'], files: [file] }];
      const more = { fingerprints: 'morgan' };
      summaries = [await job.embed('same', plan, more), await worker.embed('same', plan, more)];
    });

    const both = async (table: string, order: string): Promise<[Row[], Row[]]> => [
      (await job?.rows(table, order)) ?? [],
      (await worker?.rows(table, order)) ?? [],
    ];

    test('counts what the job counts', () => {
      const [ours, theirs] = summaries.map(({ files: _, ...counts }) => counts);

      expect(ours?.values).toBe(texts.length + 10);
      expect(theirs).toEqual(ours);
    });

    test('finds the verdicts that the job finds', async () => {
      const [ours, theirs] = await both('molecules', 'ORDER BY smiles');

      expect(ours.length).toBeGreaterThan(100);
      expect(theirs).toEqual(ours);
    });

    test('gives the reasons that the job gives', async () => {
      const order = 'ORDER BY source_row';

      expect(await worker?.reasons(order)).toEqual(await job?.reasons(order));
    });

    test('writes the vectors that the job writes, within 1e-5, and the same of all else', async () => {
      const [ours, theirs] = await both('embeddings', 'ORDER BY molecule_key');

      const rest = (rows: Row[]) => rows.map(({ embedding: _, ...row }) => row);
      const numbers = (rows: Row[]) => rows.flatMap((row) => row['embedding'] as number[]);
      expect(rest(theirs)).toEqual(rest(ours));
      const found = numbers(theirs);
      expect(numbers(ours).every((x, i) => Math.abs(x - (found[i] ?? NaN)) <= 1e-5)).toBe(true);
    });

    test('predicts what the job predicts', async () => {
      const [ours, theirs] = await both('predictions', 'ORDER BY molecule_key, endpoint');

      expect(theirs.map((r) => [r['molecule_key'], r['endpoint'], r['unit'], r['in_domain']])).toEqual(
        ours.map((r) => [r['molecule_key'], r['endpoint'], r['unit'], r['in_domain']]),
      );
      ours.forEach((r, i) => expect(Number(theirs[i]?.['value']) / Number(r['value'])).toBeCloseTo(1, 3));
    });
  });

async function runWorker(argv: readonly string[]): Promise<EmbedSummary> {
  const program = join(root, 'build', 'local', 'embedder.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...argv]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as EmbedSummary;
}
