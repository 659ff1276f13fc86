/** A small bundle that is whole, for tests to damage. Its model is no model: reading a bundle does not run it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleHash, sha256 } from '../../../../runtime/bundle/hash.ts';

export type Files = Record<string, string | Uint8Array>;

export const config = {
  model_type: 'roberta',
  hidden_act: 'gelu',
  hidden_size: 2,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  layer_norm_eps: 1e-5,
  max_position_embeddings: 9,
  pad_token_id: 0,
  vocab_size: 6,
};

export const head = {
  name: 'solubility',
  title: 'Solubility',
  unit: 'log mol/L',
  kind: 'ridge',
  status: 'experimental',
  reason: 'a sample',
  coefficients: [1, 2],
  intercept: 0,
  center: [0, 0],
  scale: [1, 1],
  training: {},
  metrics: {},
};

export const reference = { count: 2, dimension: 2, threshold: 0.9, calibration: {}, source: 'a sample' };

/** Files of a bundle that is right; `bundle.json` comes on top. */
export const files = (): Files => ({
  'model.onnx': new Uint8Array([1, 2, 3]),
  'config.json': JSON.stringify(config),
  'card.json': JSON.stringify({ limits: ['a sample'] }),
  'tokenizer/vocab.txt': '[PAD]\n[UNK]\n[CLS]\n[SEP]\nC\nc',
  'tokenizer/tokenizer_config.json': JSON.stringify({
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
  }),
  'targets.json': JSON.stringify([
    { name: 'MolWt', description: 'weight', unit: 'g/mol', mean: 300, std: 100, low: 0, high: 900 },
  ]),
  'reference.json': JSON.stringify(reference),
  // 1, 0, -2, 0.5
  'reference.f16': new Uint8Array([0x00, 0x3c, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x38]),
  'heads/solubility.json': JSON.stringify(head),
});

export interface Index {
  [key: string]: unknown;
  hash: string;
  files: Record<string, { sha256: string; bytes: number }>;
}

export function indexOf(contents: Files): Index {
  const entries = Object.entries(contents).map(([path, content]) => {
    const bytes = Buffer.from(content);
    return [path, { sha256: sha256(bytes), bytes: bytes.length }] as const;
  });
  const listed = Object.fromEntries(entries);
  return {
    format: 1,
    name: 'sample',
    version: '1.0.0',
    hash: bundleHash(listed),
    pooling: 'mean',
    dimension: 2,
    maxTokens: 8,
    tokenizer: { kind: 'smiles', bugCompatible: false },
    files: listed,
  };
}

/** Writes a bundle to a new folder, which the caller removes. */
export function writeBundle(contents: Files = files(), index: Index = indexOf(contents)): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  for (const [path, content] of Object.entries({ ...contents, 'bundle.json': JSON.stringify(index) })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
