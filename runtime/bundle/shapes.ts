/** What must agree between the files of a bundle. Hashes prove that nobody changed them, not that they fit. */
import { BundleFiles, TokenizerFiles } from '../../protocol/bundle.ts';
import { BundleError } from './errors.ts';
import type { Bundle } from './bundle.ts';

/** Throws a BundleError for the first thing that does not fit. */
export function checkShapes(bundle: Bundle): void {
  const { index, config } = bundle;
  const refuse = (file: string, why: string): never => {
    throw new BundleError(bundle.folder, file, why);
  };
  if (config.hidden_size !== index.dimension) {
    refuse(BundleFiles.config, `tells hidden_size ${config.hidden_size}, bundle.json the dimension ${index.dimension}`);
  }
  // Positions of tokens begin after the padding's.
  const positions = config.max_position_embeddings - config.pad_token_id - 1;
  if (index.maxTokens > positions) {
    refuse(BundleFiles.config, `has positions for ${positions} tokens, bundle.json tells ${index.maxTokens}`);
  }
  checkVocabulary(bundle, refuse);
  checkReference(bundle, refuse);
  for (const head of bundle.heads) {
    const file = `${BundleFiles.heads}${head.name}.json`;
    if (!(file in index.files))
      refuse(BundleFiles.heads, `holds a head named ${head.name} in another file than ${file}`);
    for (const part of ['coefficients', 'center', 'scale'] as const) {
      const n = head[part].length;
      if (n !== index.dimension) refuse(file, `has ${n} ${part} for embeddings of ${index.dimension} components`);
    }
    if (head.scale.some((s) => s <= 0)) refuse(file, 'has a scale that is not above 0');
  }
}

type Refuse = (file: string, why: string) => never;

function checkVocabulary({ index, config, vocabulary }: Bundle, refuse: Refuse): void {
  const file = index.tokenizer.kind === 'smiles' ? TokenizerFiles.vocabulary : TokenizerFiles.tokenIds;
  for (const [token, id] of vocabulary.ids) {
    if (!Number.isInteger(id) || id < 0 || id >= config.vocab_size) {
      refuse(file, `gives '${token}' the id ${id}; the model has ${config.vocab_size} words`);
    }
  }
}

function checkReference({ index, reference, referenceVectors }: Bundle, refuse: Refuse): void {
  if (!reference !== !referenceVectors) {
    refuse(BundleFiles.reference, `and ${BundleFiles.referenceVectors} belong together, and one is missing`);
  }
  if (!reference || !referenceVectors) return;
  if (reference.dimension !== index.dimension) {
    refuse(BundleFiles.reference, `tells the dimension ${reference.dimension}, bundle.json ${index.dimension}`);
  }
  const wanted = reference.count * reference.dimension;
  if (referenceVectors.length !== wanted) {
    refuse(BundleFiles.referenceVectors, `holds ${referenceVectors.length} numbers instead of ${wanted}`);
  }
  if (!referenceVectors.every(Number.isFinite))
    refuse(BundleFiles.referenceVectors, 'holds numbers that are not finite');
}
