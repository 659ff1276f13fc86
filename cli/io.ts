/** The streams and the environment of a real process. */
import type { Io } from './verb.ts';

/** Standard output for data, standard error for talk. A reader that hangs up (`decant … | head`) ends the program quietly. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return { out: process.stdout, err: process.stderr, env: process.env, exitCode: 0 };
}

/** Writes one JSON document, as every `--json` does. */
export const writeJson = (io: Io, value: unknown): void => void io.out.write(`${JSON.stringify(value, null, 2)}\n`);
