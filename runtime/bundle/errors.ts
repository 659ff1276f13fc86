/** Why a bundle is refused. */
import { Exit, UserError } from '../errors.ts';

/** A bundle is not what it says it is: a file is missing, changed or of another shape. Programs that meet it do not start. */
export class BundleError extends UserError {
  override readonly name = 'BundleError';
  /** Path of the file within the bundle. */
  readonly file: string;
  /** SHA-256 that the index tells, and that of the bytes; only where they differ. */
  readonly expected: string | undefined;
  readonly found: string | undefined;
  constructor(
    folder: string,
    file: string,
    why: string,
    options: ErrorOptions & { readonly expected?: string; readonly found?: string } = {},
  ) {
    super(`bundle ${folder}: ${file} ${why}. Take the bundle from where it came from again; do not mend it by hand`, {
      ...options,
      exitCode: Exit.mismatch,
    });
    this.file = file;
    this.expected = options.expected;
    this.found = options.found;
  }
}
