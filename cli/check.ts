/** `decant check`: reports every error of an estate file, and what its changed contracts mean. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Change } from '../runtime/contract-changes.ts';
import { checkEstate, formatProblem, parseEstate, type Checked, type Problem } from '../runtime/estate.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { estateNotes } from '../runtime/estate-notes.ts';
import { writeJson } from './io.ts';
import type { Io, Verb } from './verb.ts';

interface Options {
  readonly json?: boolean;
  readonly against?: string;
}

export const verb: Verb = {
  examples: ['decant check', 'decant check decant.yaml --against decant.deployed.yaml --json'],
  define(command, io) {
    command
      .description(
        'Reports all errors of an estate file, each with line, column and remedy; exits 1 when there are any.',
      )
      .argument('[file]', 'estate file', 'decant.yaml')
      .option('--against <old>', 'older estate file: class each changed contract as compatible or breaking (exits 3)')
      .option('--json', 'print problems and changes as JSON')
      .action((file: string, options: Options) => check(file, options, io));
  },
};

async function check(file: string, options: Options, io: Io): Promise<void> {
  const checked = checkEstate(await read(file), basename(file));
  const problems = [...checked.problems, ...(await selectProblems(checked))];
  const changes = await changesSince(options.against, checked);
  const notes = checked.estate ? estateNotes(checked.estate).map((n) => checked.problem(n.path, n.message)) : [];
  const { priceTrail, formatTrailPrice, trailAssumptions } = await import('../runtime/trail-price.ts');
  const trail = checked.estate ? priceTrail(checked.estate) : [];
  if (options.json)
    writeJson(io, { file, problems, notes, ...(changes && { changes }), ...(trail.length > 0 && { trail }) });
  else {
    for (const p of problems) io.out.write(`${formatProblem(p)}\n`);
    for (const c of changes ?? []) io.out.write(`${formatChange(c)}\n`);
  }
  for (const n of notes) io.err.write(`note: ${formatProblem(n)}\n`);
  if (trail.length) io.err.write(`${trail.map(formatTrailPrice).join('\n')}\n(${trailAssumptions})\n`);
  io.err.write(
    `${file}: ${problems.length || 'no'} problem${problems.length === 1 ? '' : 's'}${changes ? `, ${changes.length || 'no'} changes` : ''}\n`,
  );
  if (problems.length) io.exitCode = Exit.failed;
  else if (changes?.some((c) => c.kind === 'breaking')) io.exitCode = Exit.mismatch;
}

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  });

/** Selects are bound only once all else is right: their inputs are the declared columns. */
async function selectProblems(checked: Checked): Promise<Problem[]> {
  if (!checked.estate) return [];
  const { selectComplaints } = await import('../runtime/select-check.ts');
  return (await selectComplaints(checked.estate)).map((c) => checked.problem(c.path, c.message));
}

async function changesSince(old: string | undefined, checked: Checked): Promise<Change[] | undefined> {
  if (old === undefined || !checked.estate) return undefined;
  const { compareEstates } = await import('../runtime/contract-changes.ts');
  return compareEstates(parseEstate(await read(old), basename(old)), checked.estate);
}

/** `breaking assays columns.value.type bigint → text; add a column under a new name with the new type` */
const formatChange = (c: Change): string =>
  `${c.kind} ${c.dataset} ${c.path ? `${c.path} ` : ''}${c.message}${c.remedy ? `; ${c.remedy}` : ''}`;
