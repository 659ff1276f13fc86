/** The bars that a shipped model and each of its trainings must pass. */
import type { Target } from '../../../../protocol/bundle.ts';
import { bundleFolder, readJson } from './fixtures.ts';

export interface Scores {
  readonly mean: number;
  readonly r2: Readonly<Record<string, number>>;
}
export interface Card {
  readonly training: { readonly seeds: readonly { seed: number; shipped: boolean; cpuSeconds: number }[] };
  readonly metrics: {
    readonly holdout: {
      readonly molecules: number;
      readonly bagOfTokens: Scores;
      readonly seeds: readonly (Scores & { seed: number })[];
    };
  };
}

export const card = readJson<Card>(bundleFolder, 'card.json');
export const targets = readJson<Target[]>(bundleFolder, 'targets.json');
export const { bagOfTokens, seeds } = card.metrics.holdout;

/** Least R² of the gate, by target. */
export const bars = { MolWt: 0.985, TPSA: 0.95, MolLogP: 0.905, FractionCSP3: 0.955, qed: 0.78 } as const;
/** What counts of tokens cannot tell: the model must be better by so much. */
export const structural = ['FractionCSP3', 'qed', 'NumHDonors', 'NHOHCount'] as const;
export const LEAD = 0.1;
export const MEAN = 0.94;
