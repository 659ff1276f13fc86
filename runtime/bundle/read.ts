/** A bundle, read and proved whole. */
import {
  BundleFiles,
  EncoderConfig,
  Head,
  Reference,
  Targets,
  TokenizerConfig,
  TokenizerFiles,
  type BundleIndex,
} from '../../protocol/bundle.ts';
import type { Bundle } from './bundle.ts';
import { BundleError } from './errors.ts';
import { parsed, readFiles, readIndex } from './files.ts';
import { decodeHalf } from './half.ts';
import { checkShapes } from './shapes.ts';
import { idsOfLines, mergesOf, vocabularyOf, type Vocabulary } from './vocabulary.ts';

export type { Bundle, BundleHead } from './bundle.ts';

/**
 * Reads the bundle of a folder. Every file must have the SHA-256 that bundle.json tells, no file may be missing or added,
 * and shapes must agree. Throws a BundleError that names the file, and the expected and found hash where they differ.
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const index = await readIndex(folder);
  const files = await readFiles(folder, index);
  const bytes = (path: string): Uint8Array => {
    const found = files.get(path);
    if (!found) throw new BundleError(folder, BundleFiles.index, `does not list ${path}`);
    return found;
  };
  const json = <T>(path: string, parse: (value: unknown) => T): T => parsed(folder, path, bytes(path), parse);
  const optional = <T>(path: string, read: () => T): T | undefined => (files.has(path) ? read() : undefined);
  const isRecord = (value: unknown): Record<string, unknown> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('it is no object');
  };
  const bundle: Bundle = {
    folder,
    index,
    config: json(BundleFiles.config, (v) => EncoderConfig.parse(v)),
    model: bytes(BundleFiles.model),
    targets: optional(BundleFiles.targets, () => json(BundleFiles.targets, (v) => Targets.parse(v))) ?? [],
    vocabulary: readVocabulary(folder, index, bytes),
    reference: optional(BundleFiles.reference, () => json(BundleFiles.reference, (v) => Reference.parse(v))),
    referenceVectors: optional(BundleFiles.referenceVectors, () =>
      vectors(folder, bytes(BundleFiles.referenceVectors)),
    ),
    heads: Object.keys(index.files)
      .filter((path) => path.startsWith(BundleFiles.heads))
      .sort()
      .map((path) => ({ ...json(path, (v) => Head.parse(v)), sha256: index.files[path]?.sha256 ?? '' })),
    card: json(BundleFiles.card, isRecord),
  };
  checkShapes(bundle);
  return bundle;
}

function vectors(folder: string, bytes: Uint8Array): Float32Array {
  try {
    return decodeHalf(bytes);
  } catch (cause) {
    throw new BundleError(folder, BundleFiles.referenceVectors, `is damaged (${(cause as Error).message})`, { cause });
  }
}

function readVocabulary(folder: string, index: BundleIndex, bytes: (path: string) => Uint8Array): Vocabulary {
  const text = (path: string): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes(path));
  const config = parsed(folder, TokenizerFiles.config, bytes(TokenizerFiles.config), (v) => TokenizerConfig.parse(v));
  const source = index.tokenizer.kind === 'smiles' ? TokenizerFiles.vocabulary : TokenizerFiles.tokenIds;
  try {
    if (index.tokenizer.kind === 'smiles') return vocabularyOf(idsOfLines(text(source)), config);
    const ids = new Map(Object.entries(JSON.parse(text(source)) as Record<string, number>));
    return vocabularyOf(ids, config, mergesOf(text(TokenizerFiles.merges)));
  } catch (cause) {
    if (cause instanceof BundleError) throw cause;
    throw new BundleError(folder, source, `is damaged (${(cause as Error).message})`, { cause });
  }
}
