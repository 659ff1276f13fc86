/** What is served, what it predicts and how well. */
import { ITEM_CHARS } from '../../protocol/molecules.ts';
import type { Engine } from './engine.ts';
import type { Answer } from './http.ts';
import { ApiProblem } from './problem.ts';

/** Items of one request for embeddings or predictions: 256 × 768 numbers as JSON stay below what a function may answer. */
export const MAX_ITEMS = 256;

export function modelInfo({ bundle }: Engine): Record<string, unknown> {
  const { index, reference, targets, heads } = bundle;
  const tokenizerFiles = Object.entries(index.files).filter(([path]) => path.startsWith('tokenizer/'));
  return {
    name: index.name,
    version: index.version,
    sha256: index.hash,
    dimension: index.dimension,
    pooling: index.pooling,
    dtype: 'fp32',
    tokenizer: {
      kind: index.tokenizer.kind,
      bug_compatible: index.tokenizer.bugCompatible,
      sha256: Object.fromEntries(tokenizerFiles.map(([path, { sha256 }]) => [path, sha256])),
    },
    limits: { max_tokens: index.maxTokens, max_smiles_characters: ITEM_CHARS, max_items: MAX_ITEMS },
    ...(reference && {
      applicability: {
        threshold: reference.threshold,
        reference_molecules: reference.count,
        source: reference.source,
      },
    }),
    targets: targets.map(({ name, description, unit }) => ({ name, description, unit })),
    heads: heads.map(({ name, title, unit, kind, status, reason, sha256, training, metrics }) => ({
      name,
      title,
      unit,
      kind,
      status,
      reason,
      sha256,
      training,
      metrics,
    })),
    card: bundle.card,
  };
}

export const listModels = (engine: Engine): Answer => ({ status: 200, body: { models: [modelInfo(engine)] } });

/** Throws 404 for a model or version that is not served. */
export function getModel(engine: Engine, name: string, version: string): Answer {
  const { index } = engine.bundle;
  if (name !== index.name || version !== index.version)
    throw new ApiProblem('no-such-model', `${index.name}@${index.version} is served`);
  return { status: 200, body: modelInfo(engine) };
}
