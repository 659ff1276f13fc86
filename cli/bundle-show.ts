/** `decant bundle verify | show`. */
import { BundleError } from '../runtime/bundle/errors.ts';
import { readBundle, type Bundle } from '../runtime/bundle/read.ts';
import { findBundle, type ReadOptions } from './bundle-options.ts';
import { writeJson } from './io.ts';
import { formatBytes } from './table.ts';
import type { Io } from './verb.ts';

export async function verify(which: string, options: ReadOptions, io: Io): Promise<void> {
  const folder = findBundle(which);
  try {
    const { index } = await readBundle(folder);
    const files = Object.values(index.files);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const { name, version, hash } = index;
    if (options.json) writeJson(io, { ok: true, folder, name, version, hash, files: files.length, bytes });
    else io.out.write(`${name} ${version}: ${files.length} files, ${formatBytes(bytes)}, all as told\nhash ${hash}\n`);
  } catch (error) {
    if (!(error instanceof BundleError) || !options.json) throw error;
    const { file, expected, found, message } = error;
    writeJson(io, { ok: false, folder, file, expected, found, message });
    io.exitCode = error.exitCode;
  }
}

export async function show(which: string, options: ReadOptions, io: Io): Promise<void> {
  const bundle = await readBundle(findBundle(which));
  if (options.json) writeJson(io, described(bundle));
  else io.out.write(textOf(bundle));
}

/** What programs read. */
function described({ folder, index, targets, reference, heads, card }: Bundle): Record<string, unknown> {
  const { name, version, hash, pooling, dimension, maxTokens, tokenizer } = index;
  return {
    folder,
    ...{ name, version, hash, pooling, dimension, maxTokens, tokenizer },
    targets: targets.map((t) => t.name),
    reference: reference && { count: reference.count, threshold: reference.threshold },
    heads: heads.map(({ name, title, unit, kind, status, reason, metrics, sha256 }) => ({
      ...{ name, title, unit, kind, status, reason, metrics, sha256 },
    })),
    card,
  };
}

function textOf({ index, targets, reference, heads, card }: Bundle): string {
  const lines = [
    `${index.name} ${index.version}`,
    ...textsOf(card['summary']),
    '',
    `hash        ${index.hash}`,
    `embedding   ${index.dimension} components, pooling ${index.pooling}`,
    `molecules   up to ${index.maxTokens} tokens, the two special ones included`,
    `tokenizer   ${index.tokenizer.kind}${index.tokenizer.bugCompatible ? ', with the published bug: Cl is read as C' : ''}`,
    `targets     ${targets.length === 0 ? 'none' : targets.map((t) => t.name).join(' ')}`,
    reference
      ? `in domain   nearest of ${reference.count} reference vectors at a cosine of ${reference.threshold} or more`
      : 'in domain   not known: there is no reference sample',
    ...heads.map((h) => `head        ${h.name} (${h.unit}), ${h.status}: ${h.reason}`),
    ...holdout(card),
  ];
  for (const [title, key] of [
    ['Intended use', 'intendedUse'],
    ['Not for', 'misuse'],
    ['Limits', 'limits'],
  ] as const) {
    const texts = textsOf(card[key]);
    if (texts.length > 0) lines.push('', title, ...texts.map((text) => `- ${text}`));
  }
  return `${lines.join('\n')}\n`;
}

/** Texts of a card's entry, which other tools may have written in another shape. */
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string');

interface Scores {
  readonly molecules: number;
  readonly seeds: readonly { readonly mean: number }[];
  readonly bagOfTokens: { readonly mean: number };
}

/** R² on the hold-out, where the card tells it. */
function holdout(card: Readonly<Record<string, unknown>>): string[] {
  const scores = (card['metrics'] as { holdout?: Scores } | undefined)?.holdout;
  const first = scores?.seeds[0];
  if (!scores || !first) return [];
  const beside = `counts of tokens alone ${scores.bagOfTokens.mean.toFixed(3)}`;
  return [`hold-out    mean R² ${first.mean.toFixed(3)} on ${scores.molecules} molecules (${beside})`];
}
