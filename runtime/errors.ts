/** Errors that a person reads. */

/** Exit codes of the CLI. */
export const Exit = { done: 0, failed: 1, misuse: 2, mismatch: 3 } as const;

/** Something that the user can mend: says what, the value received, what is allowed, and the remedy. No stack is shown. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly exitCode: number;
  constructor(message: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = options.exitCode ?? Exit.misuse;
  }
}
