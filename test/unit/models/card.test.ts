import { expect, test } from '@jest/globals';
import { bagOfTokens, bars, card, LEAD, MEAN, seeds, structural } from './support/gate.ts';

test('the card tells of three trainings from different starts, and which of them is shipped', () => {
  expect(card.training.seeds.map((s) => s.seed)).toEqual([0, 1, 2]);
  expect(card.training.seeds.map((s) => s.shipped)).toEqual([true, false, false]);
  expect(seeds.map((s) => s.seed)).toEqual([0, 1, 2]);
});

test.each(seeds.map((s) => [s.seed, s] as const))('the training of seed %d passes every bar', (_, { mean, r2 }) => {
  const failed = [
    ...(mean >= MEAN && mean > bagOfTokens.mean ? [] : ['mean']),
    ...Object.entries(bars).flatMap(([name, bar]) => ((r2[name] ?? NaN) >= bar ? [] : [name])),
    ...structural.filter((name) => !((r2[name] ?? NaN) >= (bagOfTokens.r2[name] ?? NaN) + LEAD)),
  ];
  expect(failed).toEqual([]);
});
