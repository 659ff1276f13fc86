/** Lays out what the app deploys: each function's bundle with the estate's compiled contracts beside it. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import type { EstateContext, GlueProgram, ShippedBundle } from '../lib/base/context.ts';
import type { JsonObject } from '../lib/prediction/definition.ts';
import { BundleFiles, BundleIndex } from '../protocol/bundle.ts';
import { UserError } from '../runtime/errors.ts';

const root = join(import.meta.dirname, '..');
const build = join(root, 'build');

/** The image's folder, with its Dockerfile. Throws a UserError when it is not built. */
export const imageFolder = (): string => built('containers', 'transformer');

/**
 * A folder of one function's code and `contracts.json`. It is named by its content and appears whole, since other estates
 * may be synthesized at the same time. Throws a UserError when it is not built.
 */
export function functionAssets(contracts: string): EstateContext['functionAsset'] {
  return (name, folders = {}) => {
    const from = built('lambda', name);
    const hash = createHash('sha256').update(contracts);
    for (const folder of [from, ...Object.values(folders)]) {
      for (const file of filesOf(folder)) hash.update(file).update(readFileSync(join(folder, file)));
    }
    const folder = join(build, 'assets', `${name}-${hash.digest('hex').slice(0, 24)}`);
    if (existsSync(folder)) return folder;
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    cpSync(from, making, { recursive: true });
    for (const [as, path] of Object.entries(folders)) cpSync(path, join(making, as), { recursive: true });
    writeFileSync(join(making, 'contracts.json'), contracts);
    try {
      renameSync(making, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
      rmSync(making, { recursive: true }); // Another process was faster, with the same.
    }
    return folder;
  };
}

/** Files of a folder and below it, sorted. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

/**
 * The bundle that an environment names: one that ships with Decant, or a folder beside the estate file. Its files are proved by
 * whoever reads them. Throws a UserError when there is none.
 */
export function shippedBundle(name: string, estateFile: string): ShippedBundle {
  const places = [join(root, 'models', name), resolve(dirname(estateFile), name)];
  const folder = places.find((place) => existsSync(join(place, BundleFiles.index)));
  if (!folder) {
    throw new UserError(
      `embeddings.bundle ${JSON.stringify(name)} is no bundle: neither ${places.join(' nor ')} has a ${BundleFiles.index}`,
    );
  }
  const index: unknown = JSON.parse(readFileSync(join(folder, BundleFiles.index), 'utf8'));
  return { folder, index: BundleIndex.parse(index) };
}

/** The OpenAPI document of the prediction API. Its answers repeat by aliases, more often than the parser takes for harmless. */
export const apiDocument = (): JsonObject =>
  parse(readFileSync(join(root, 'protocol', 'openapi.yaml'), 'utf8'), { maxAliasCount: -1 }) as JsonObject;

/** The embedding job as it lies in the sources. */
export function glueProgram(): GlueProgram {
  const folder = join(root, 'glue', 'embed');
  const requirements = readFileSync(join(folder, 'requirements.txt'));
  return {
    folder,
    wheels: ['node', join(root, 'scripts', 'wheels.mjs'), '--wheelhouse'],
    wheelsHash: createHash('sha256').update(requirements).digest('hex'),
  };
}

function built(...path: string[]): string {
  const folder = join(build, ...path);
  if (!existsSync(folder)) throw new UserError(`${join('build', ...path)} is missing; run npm run bundle`);
  return folder;
}
