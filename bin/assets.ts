/** Lays out what the app deploys: each function's bundle with the estate's compiled contracts beside it. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../lib/base/context.ts';
import { UserError } from '../runtime/errors.ts';

const build = join(import.meta.dirname, '..', 'build');

/** The image's folder, with its Dockerfile. Throws a UserError when it is not built. */
export const imageFolder = (): string => built('containers', 'transformer');

/**
 * A folder of one function's code and `contracts.json`. It is named by its content and appears whole, since other estates
 * may be synthesized at the same time. Throws a UserError when it is not built.
 */
export function functionAssets(contracts: string): (name: FunctionName) => string {
  return (name) => {
    const from = built('lambda', name);
    const hash = createHash('sha256').update(contracts);
    for (const file of readdirSync(from).sort()) hash.update(file).update(readFileSync(join(from, file)));
    const folder = join(build, 'assets', `${name}-${hash.digest('hex').slice(0, 24)}`);
    if (existsSync(folder)) return folder;
    const making = `${folder}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    cpSync(from, making, { recursive: true });
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

function built(...path: string[]): string {
  const folder = join(build, ...path);
  if (!existsSync(folder)) throw new UserError(`${join('build', ...path)} is missing; run npm run bundle`);
  return folder;
}
