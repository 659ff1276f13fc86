import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pooling } from '../../../../protocol/bundle.ts';
import { moleculeKey } from '../../../../runtime/inference/key.ts';
import { Predictor } from '../../../../runtime/inference/predictor.ts';
import { bundleFolder, root } from './support.ts';

/** What is told of a text. Python's tests read the same file; what is absent differs between the two, and is not asked. */
interface Verdict {
  readonly name: string;
  readonly text: string;
  readonly code: string | null;
  readonly tokens: number | null;
}
interface Golden {
  readonly maxTokens: number;
  readonly verdicts: readonly Verdict[];
  readonly tokens: readonly { smiles: string; ids: number[] | null; unknown: number | null; lost: number | null }[];
  readonly flagged: { smiles: string; tokens: number; warnings: string[]; ids: number[] };
  readonly fingerprints: readonly { smiles: string; bits: number[] }[];
  readonly keys: readonly { canonical: string; hash: string; pooling: Pooling; dtype: 'fp32' | 'fp16'; key: string }[];
}
const golden = JSON.parse(readFileSync(join(root, 'test', 'fixtures', 'molecules', 'golden.json'), 'utf8')) as Golden;

let predictor: Predictor;
beforeAll(async () => {
  predictor = await Predictor.open(bundleFolder);
});
afterAll(() => predictor.close());

describe('the frozen verdicts', () => {
  test('are on more than a hundred texts, and on every error that a text can have', () => {
    const codes = new Set(golden.verdicts.flatMap(({ code }) => code ?? []));

    expect(golden.verdicts.length).toBeGreaterThan(100);
    expect([...codes].sort()).toEqual(
      ['EMPTY', 'INVALID_SMILES', 'KEKULIZE', 'REACTION', 'RING_NOT_CLOSED', 'TOO_LONG', 'VALENCE'].sort(),
    );
  });

  test.each(golden.verdicts)('$name', async ({ text, ...wanted }) => {
    const found = await predictor.read(text);

    const known = found.ok ? found : 'molecule' in found ? found.molecule : undefined;
    expect({
      name: wanted.name,
      code: found.ok ? null : found.error.code,
      detail: found.ok ? null : found.error.detail,
      position: found.ok ? null : found.error.position,
      canonical: known?.canonical ?? null,
      inchikey: known?.inchikey ?? null,
      components: known?.components ?? null,
      warnings: found.ok ? found.warnings : [],
      tokens: found.ok ? found.tokens : null,
    }).toMatchObject(wanted);
  });
});

describe('the frozen tokens', () => {
  test.each(golden.tokens.map((t) => [t.smiles.slice(0, 40), t] as const))('of %j', (_, wanted) => {
    const found = predictor.tokenizer.encode(wanted.smiles);

    expect('ok' in found ? { ids: found.ids, unknown: found.unknown } : { lost: found.position }).toEqual(
      wanted.ids === null ? { lost: wanted.lost } : { ids: wanted.ids, unknown: wanted.unknown },
    );
  });

  test.each(golden.tokens.filter(({ ids }) => ids !== null).map(({ smiles }) => smiles))('spell %j', (smiles) => {
    expect(predictor.tokenizer.texts(smiles).join('')).toBe(smiles);
  });

  test('of a molecule that is too long are cut where that was asked for, the closing one last', async () => {
    const { smiles, ...wanted } = golden.flagged;

    const found = await predictor.read(smiles, { onTruncation: 'flag' });

    expect(found).toMatchObject({ ok: true, truncated: true, ...wanted });
    expect(wanted.ids).toHaveLength(golden.maxTokens);
    expect(wanted.ids.at(-1)).toBe(predictor.bundle.vocabulary.last);
  });
});

test.each(golden.fingerprints)('the frozen fingerprint of $smiles', async ({ smiles, bits }) => {
  const found = await predictor.toolkit.standardize(smiles, { fingerprint: true });

  const bytes = (found.ok && found.fingerprint) || new Uint8Array();
  const set = Array.from({ length: 8 * bytes.length }, (_, i) => i).filter(
    (i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1,
  );
  expect(bytes).toHaveLength(256);
  expect(set).toEqual(bits);
});

test.each(golden.keys)('the frozen key for $pooling and $dtype', ({ canonical, hash, pooling, dtype, key }) => {
  expect(moleculeKey(canonical, { hash, pooling }, dtype)).toBe(key);
});
