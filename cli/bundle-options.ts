/** Options of the subcommands of `decant bundle`, and where a bundle lies. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BundleFiles } from '../protocol/bundle.ts';
import { UserError } from '../runtime/errors.ts';
import { projectRoot } from '../local/root.ts';

export interface ReadOptions {
  readonly json?: boolean;
}

export interface ImportOptions extends ReadOptions {
  readonly name?: string;
  readonly out?: string;
  readonly bundleVersion: string;
  readonly pooling?: string;
  readonly bugCompatible?: boolean;
  readonly address?: string;
}

export interface ExportOptions extends ReadOptions {
  readonly out: string;
}

/** Folder of the project's own bundle of a name. */
export const bundleFolder = (name: string): string => join(projectRoot(), 'models', name);

/** The folder that a name or path stands for. Throws a UserError that tells both places. */
export function findBundle(which: string): string {
  const places = [resolve(which), ...(/^[a-z0-9][a-z0-9-]*$/.test(which) ? [bundleFolder(which)] : [])];
  const found = places.find((folder) => existsSync(join(folder, BundleFiles.index)));
  if (found !== undefined) return found;
  throw new UserError(`there is no bundle '${which}': looked for ${BundleFiles.index} in ${places.join(' and ')}`);
}
