/** Lays out what the app deploys: each function's bundle with the estate's compiled contracts beside it. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../lib/base/context.ts';
import { UserError } from '../runtime/errors.ts';

const build = join(import.meta.dirname, '..', 'build');

/** The image's folder, with its Dockerfile. Throws a UserError when it is not built. */
export const imageFolder = (): string => built('containers', 'transformer');

/** A folder of one function's code and `contracts.json`, laid out at most once. Throws a UserError when it is not built. */
export function functionAssets(estate: string, contracts: string): (name: FunctionName) => string {
  const done = new Map<FunctionName, string>();
  return (name) => {
    const known = done.get(name);
    if (known) return known;
    const from = built('lambda', name);
    const folder = join(build, 'assets', estate, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(from, folder, { recursive: true });
    writeFileSync(join(folder, 'contracts.json'), contracts);
    done.set(name, folder);
    return folder;
  };
}

function built(...path: string[]): string {
  const folder = join(build, ...path);
  if (!existsSync(folder)) throw new UserError(`${join('build', ...path)} is missing; run npm run bundle`);
  return folder;
}
