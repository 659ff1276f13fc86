/** The layer with packages that are files: just what linux/arm64 loads of them, laid out once for each version. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../runtime/errors.ts';

const root = join(import.meta.dirname, '..');

/** Package → files or folders of it that are loaded at run time. Types, maps, installers and other platforms stay behind. */
const loaded: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['package.json', 'dist', 'bin/napi-v6/linux/arm64'],
  'onnxruntime-common': ['package.json', 'dist/cjs'],
  '@rdkit/rdkit': ['package.json', 'dist/RDKit_minimal.js', 'dist/RDKit_minimal.wasm'],
};

/** Folder of the layer. Throws a UserError when a package is not installed. */
export function nativeLayer(): string {
  const versions = Object.keys(loaded).map((name) => `${name}@${versionOf(name)}`);
  const hash = createHash('sha256').update(versions.join()).digest('hex').slice(0, 24);
  const folder = join(root, 'build', 'layers', `native-${hash}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  for (const [name, files] of Object.entries(loaded)) {
    for (const file of files) {
      const to = join(making, 'nodejs', 'node_modules', name, file);
      mkdirSync(join(to, '..'), { recursive: true });
      cpSync(join(root, 'node_modules', name, file), to, { recursive: true, filter: isCode });
    }
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(making, { recursive: true }); // Another process was faster, with the same.
  }
  return folder;
}

const isCode = (path: string): boolean => !/\.(d\.ts|map)$/.test(path);

function versionOf(name: string): string {
  const file = join(root, 'node_modules', name, 'package.json');
  if (!existsSync(file)) throw new UserError(`${name} is not installed; run npm ci`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
