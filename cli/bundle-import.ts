/** `decant bundle import | export`. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { BundleIndex, Pooling } from '../protocol/bundle.ts';
import { copyBundle, packBundle, unpackBundle } from '../runtime/bundle/archive.ts';
import { sha256 } from '../runtime/bundle/hash.ts';
import { readBundle } from '../runtime/bundle/read.ts';
import { UserError } from '../runtime/errors.ts';
import { bundleFolder, findBundle, type ExportOptions, type ImportOptions } from './bundle-options.ts';
import { writeJson } from './io.ts';
import { callModule } from './python-module.ts';
import { formatBytes } from './table.ts';
import type { Io } from './verb.ts';

const isArchive = (path: string): boolean => /\.(tar\.gz|tgz)$/.test(path);

export async function exportBundle(which: string, options: ExportOptions, io: Io): Promise<void> {
  const folder = findBundle(which);
  if (!isArchive(options.out)) {
    const { index } = await copyBundle(folder, options.out);
    if (options.json) writeJson(io, { folder: resolve(options.out), hash: index.hash });
    else io.err.write(`${index.name} ${index.version} written to ${options.out}\n`);
    return;
  }
  const archive = await packBundle(folder);
  await writeFile(options.out, archive);
  const result = { archive: options.out, bytes: archive.length, sha256: sha256(archive) };
  if (options.json) writeJson(io, result);
  else io.out.write(`${result.sha256}  ${options.out}\n`);
}

export async function importBundle(source: string, options: ImportOptions, io: Io): Promise<void> {
  const found = await stat(source).catch(() => undefined);
  if (!found) throw new UserError(`there is no ${source}`);
  const name = options.name ?? nameOf(source);
  checkWords(name, options);
  const out = options.out ?? bundleFolder(name);
  if (found.isDirectory()) {
    const done = await convert(source, out, name, options, io);
    const { index } = await readBundle(out);
    if (options.json) writeJson(io, done);
    else tellImport(done, index, io);
    return;
  }
  if (!isArchive(source))
    throw new UserError(`${source} is neither the folder of a checkpoint nor a .tar.gz of a bundle`);
  const { index } = await unpackBundle(await readFile(source), out, source);
  if (options.json) writeJson(io, { folder: resolve(out), name: index.name, version: index.version, hash: index.hash });
  else io.out.write(`${index.name} ${index.version} unpacked to ${out}\nhash ${index.hash}\n`);
}

/** `./ChemBERTa-77M-MTR/` → `chemberta-77m-mtr` */
const nameOf = (source: string): string =>
  basename(resolve(source))
    .replace(/\.(tar\.gz|tgz)$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);

function checkWords(name: string, options: ImportOptions): void {
  const words = [
    ['--name', name, BundleIndex.shape.name, 'lower-case letters, digits and hyphens, 64 at most'],
    ['--bundle-version', options.bundleVersion, BundleIndex.shape.version, 'three numbers, such as 1.0.0'],
    ['--pooling', options.pooling ?? 'mean', Pooling, 'mean or cls'],
  ] as const;
  for (const [option, value, schema, allowed] of words) {
    if (!schema.safeParse(value).success) throw new UserError(`${option} '${value}': must be ${allowed}`);
  }
}

/** What models/convert answers. */
interface Converted {
  readonly parameters: number;
  readonly targets: number;
  readonly dropped: readonly string[];
  readonly proof: { readonly molecules: number; readonly embedding: number; readonly prediction: number | null };
}

async function convert(source: string, out: string, name: string, options: ImportOptions, io: Io): Promise<Converted> {
  const argv = [resolve(source), resolve(out), '--name', name, '--version', options.bundleVersion];
  if (options.pooling) argv.push('--pooling', options.pooling);
  if (options.bugCompatible) argv.push('--bug-compatible');
  if (options.address) argv.push('--address', options.address);
  const python = {
    folder: 'convert',
    user: 'the import of checkpoints',
    what: 'what writes ONNX into a Python environment of its own (once, about 220 MB)',
  } as const;
  return callModule<Converted>(python, argv, io);
}

function tellImport(done: Converted, index: BundleIndex, io: Io): void {
  const { proof } = done;
  const worst = Math.max(proof.embedding, proof.prediction ?? 0).toExponential(1);
  io.out.write(
    [
      `${index.name} ${index.version}: ${index.dimension} components, up to ${index.maxTokens} tokens, ${index.pooling} pooling`,
      `${done.parameters.toLocaleString('en')} parameters, ${done.targets} targets, ${formatBytes(index.files['model.onnx']?.bytes ?? 0)}`,
      `ONNX Runtime and numpy differ by ${worst} at most, on ${proof.molecules} molecules`,
      `hash ${index.hash}`,
      '',
    ].join('\n'),
  );
  if (done.dropped.length > 0) io.err.write(`left out: ${done.dropped.join(', ')}\n`);
  if (index.tokenizer.bugCompatible) io.err.write('marked: its tokenizer reads Cl as C, as the published one does\n');
}
