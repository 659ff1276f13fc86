/** Lines that belong into the output of every run: what each judge counted. */
import { afterAll } from '@jest/globals';
import { writeSync } from 'node:fs';

/** Prints below the describe block's tests, past jest's own console, which would add where it was called. */
export function print(lines: () => readonly string[]): void {
  afterAll(() => {
    writeSync(
      2,
      `${lines()
        .map((l) => `  ${l}`)
        .join('\n')}\n`,
    );
  });
}
