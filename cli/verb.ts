/** What a verb of the CLI is made of: one file per verb, loaded only when it is called. */
import type { Command } from 'commander';

/** Where a verb reads and writes. Data goes to `out`, talk to `err`. */
export interface Io {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  /** Set by the verb when it is done; see runtime/errors.ts. */
  exitCode: number;
}

export interface Verb {
  /** Two runnable command lines at least, shown in the help. */
  readonly examples: readonly string[];
  /** Adds arguments, options and the action to the command. */
  define(command: Command, io: Io): void;
}
