import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessMistakes } from './planted/access.ts';
import { dataMistakes } from './planted/data.ts';
import type { JudgeName, Mistake } from './planted/edit.ts';
import { networkMistakes } from './planted/network.ts';
import { operationsMistakes } from './planted/operations.ts';
import { workflowMistakes } from './planted/workflows.ts';
import { Bench } from './support/bench.ts';
import { print } from './support/print.ts';

const mistakes: readonly Mistake[] = [
  ...dataMistakes,
  ...accessMistakes,
  ...networkMistakes,
  ...operationsMistakes,
  ...workflowMistakes,
];

/** All judges on every mistake: about a minute, and several on a busy machine. */
const LONG = 900_000;

describe('a planted mistake is caught', () => {
  const bench = new Bench();
  const caught = new Map<Mistake, Map<JudgeName, string>>();
  beforeAll(async () => {
    for (const mistake of mistakes) caught.set(mistake, await bench.judge(mistake));
    for (const [mistake, said] of await bench.lintAll()) caught.get(mistake)?.set('cfn-lint', said);
  }, LONG);
  afterAll(() => bench.close());
  print(() => [
    `${mistakes.length} planted mistakes:`,
    ...mistakes.map((m) => `  ${m.title} → ${[...(caught.get(m)?.keys() ?? [])].join(', ') || 'NOBODY'}`),
  ]);

  it('thirty times at least', () => {
    expect(new Set(mistakes.map((m) => m.title)).size).toBe(mistakes.length);
    expect(mistakes.length).toBeGreaterThanOrEqual(30);
  });

  it.each(mistakes.map((m) => [m.title, m] as const))('%s', (_title, mistake) => {
    const by = [...(caught.get(mistake)?.keys() ?? [])];

    expect(by).toEqual(expect.arrayContaining([...mistake.caughtBy]));
  });
});
