/** `decant check`: reports every error of an estate file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkEstate, formatProblem } from '../runtime/estate.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  examples: ['decant check', 'decant check decant.yaml --json'],
  define(command, io) {
    command
      .argument('[file]', 'estate file', 'decant.yaml')
      .option('--json', 'print problems as JSON')
      .action(async (file: string, options: { json?: boolean }) => {
        const text = await readFile(file, 'utf8').catch((cause: unknown) => {
          throw new UserError(`${file}: cannot be read: ${(cause as Error).message}`, { cause });
        });
        const { problems } = checkEstate(text, basename(file));
        if (options.json) writeJson(io, { file, problems });
        else for (const p of problems) io.out.write(`${formatProblem(p)}\n`);
        io.err.write(problems.length ? `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n` : `${file}: no problems\n`);
        if (problems.length) io.exitCode = Exit.failed;
      });
  },
};
