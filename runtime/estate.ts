/** Reads the estate file. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Estate } from '../protocol/estate.ts';
import { checkEstate, type Problem } from './estate-check.ts';
import { UserError } from './errors.ts';

export { checkEstate, type Checked, type Problem } from './estate-check.ts';

/** The estate of a file. Throws a UserError that lists every error with its line. */
export async function loadEstate(file: string): Promise<Estate> {
  return parseEstate(await readFile(file, 'utf8').catch((cause: unknown) => unreadable(file, cause)), basename(file));
}

/** The same for the CDK app, whose constructors cannot wait. */
export function loadEstateSync(file: string): Estate {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    return unreadable(file, cause);
  }
  return parseEstate(text, basename(file));
}

/** The estate of a text. Throws a UserError that lists every error with its line. */
export function parseEstate(text: string, file: string): Estate {
  const { estate, problems } = checkEstate(text, file);
  if (!estate) throw new UserError(problems.map(formatProblem).join('\n'));
  return estate;
}

/** `decant.yaml:14:7 datasets.assays.contract.format "cvs" is not a format; csv, tsv. Did you mean csv?` */
export const formatProblem = (p: Problem): string =>
  `${p.file}:${p.line}:${p.column} ${p.path ? `${p.path} ` : ''}${p.message}`;

function unreadable(file: string, cause: unknown): never {
  const code = (cause as NodeJS.ErrnoException).code;
  const remedy =
    code === 'ENOENT' ? 'no such file; name another one, or write it (see examples/)' : (cause as Error).message;
  throw new UserError(`${file}: ${remedy}`, { cause });
}
