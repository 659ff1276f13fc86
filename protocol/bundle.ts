/** The model bundle, format 1: a folder with everything that is needed to reproduce a model's output. */
import { z } from 'zod';

/** Files of a bundle. `head` is a folder: one file an endpoint. */
export const BundleFiles = {
  index: 'bundle.json',
  model: 'model.onnx',
  config: 'config.json',
  tokenizer: 'tokenizer/',
  targets: 'targets.json',
  reference: 'reference.json',
  referenceVectors: 'reference.f16',
  heads: 'heads/',
  card: 'card.json',
  cardText: 'CARD.md',
  holdout: 'holdout.csv.gz',
} as const;

/** Files that decide what the encoder answers; the bundle's hash is made of theirs. Heads have hashes of their own. */
export const decidesNumbers = (path: string): boolean =>
  path.startsWith(BundleFiles.tokenizer) ||
  (
    [
      BundleFiles.model,
      BundleFiles.config,
      BundleFiles.targets,
      BundleFiles.reference,
      BundleFiles.referenceVectors,
    ] as string[]
  ).includes(path);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');

export const poolings = ['mean', 'cls'] as const;
export const Pooling = z.enum(poolings);
export type Pooling = z.infer<typeof Pooling>;

export const BundleIndex = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be three numbers, such as 1.0.0'),
  /** SHA-256 of the canonical JSON of path → SHA-256 of the files that decide numbers. */
  hash: Sha256,
  pooling: Pooling,
  /** Components of an embedding. */
  dimension: z.int().positive(),
  /** Tokens at most, the two special ones included. */
  maxTokens: z.int().min(3).max(512),
  tokenizer: z.strictObject({
    kind: z.enum(['smiles', 'bpe']),
    /** Tokenises as the published ChemBERTa-77M files do, which map Cl to C: for comparison only. */
    bugCompatible: z.boolean(),
  }),
  files: z.record(z.string(), z.strictObject({ sha256: Sha256, bytes: z.int().nonnegative() })),
});
export type BundleIndex = z.infer<typeof BundleIndex>;

/** One output of `prediction`: value = z × std + mean, and the mean where std is 0. */
export const Target = z.strictObject({
  name: z.string(),
  description: z.string(),
  /** `1` where it has none. */
  unit: z.string(),
  mean: z.number(),
  std: z.number().nonnegative(),
  /** Training values were clipped to these; null where they were not. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Target = z.infer<typeof Target>;
export const Targets = z.array(Target);

/** What the applicability of a prediction is judged by. */
export const Reference = z.strictObject({
  count: z.int().positive(),
  dimension: z.int().positive(),
  /** Cosine similarity to the nearest reference vector from which a molecule counts as in domain. */
  threshold: z.number().min(-1).max(1),
  /** How the threshold was found. */
  calibration: z.record(z.string(), z.unknown()),
  source: z.string(),
});
export type Reference = z.infer<typeof Reference>;

/** A head for a measured endpoint: linear on the scaled embedding; logistic heads answer a probability. */
export const Head = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/),
  title: z.string(),
  unit: z.string(),
  kind: z.enum(['ridge', 'logistic']),
  /** `experimental`: not clearly better than every baseline; `reason` says why. */
  status: z.enum(['supported', 'experimental']),
  reason: z.string(),
  coefficients: z.array(z.number()),
  intercept: z.number(),
  center: z.array(z.number()),
  scale: z.array(z.number()),
  training: z.record(z.string(), z.unknown()),
  metrics: z.record(z.string(), z.unknown()),
});
export type Head = z.infer<typeof Head>;

/** What is read of the encoder's Hugging Face config.json; other keys are kept as they are. */
export const EncoderConfig = z.looseObject({
  model_type: z.literal('roberta'),
  hidden_act: z.literal('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  layer_norm_eps: z.number().positive(),
  max_position_embeddings: z.int().positive(),
  /** Position ids begin after it. The tokenizer may pad with another id: padding is masked. */
  pad_token_id: z.int().nonnegative(),
  vocab_size: z.int().positive(),
});
export type EncoderConfig = z.infer<typeof EncoderConfig>;

/** Files of the folder `tokenizer/`. */
export const TokenizerFiles = {
  /** Of kind `smiles`: a token a line, its id the number of the line. */
  vocabulary: 'tokenizer/vocab.txt',
  /** Of kind `bpe`: token → id, added tokens included; then the merges, first is strongest. */
  tokenIds: 'tokenizer/vocab.json',
  merges: 'tokenizer/merges.txt',
  config: 'tokenizer/tokenizer_config.json',
} as const;

/** What is read of tokenizer_config.json: the tokens that have a part to play. Of kind `bpe`, an unknown character is dropped without `unk_token`. */
export const TokenizerConfig = z.looseObject({
  cls_token: z.string(),
  sep_token: z.string(),
  pad_token: z.string(),
  unk_token: z.string().nullable(),
});
export type TokenizerConfig = z.infer<typeof TokenizerConfig>;

/** Storage types of vectors; computed in fp32 always. */
export const dtypes = ['fp32', 'fp16'] as const;
export const Dtype = z.enum(dtypes);
export type Dtype = z.infer<typeof Dtype>;
