/** Checks an estate file: all errors at once, each with its line. */
import { Estate } from '../protocol/estate.ts';
import { brokenRules } from './estate-rules.ts';
import { readEstateText, type Path, type Place } from './estate-text.ts';
import { complaints } from './estate-words.ts';

export interface Problem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the value; empty for the whole file. */
  readonly path: string;
  /** The value received, what is allowed, the remedy. */
  readonly message: string;
}

export interface Checked {
  /** In the order of the file. */
  readonly problems: readonly Problem[];
  /** Present when there is no problem. */
  readonly estate: Estate | undefined;
  /** Turns a path into the place of a problem, for checks that need more than the text. */
  problem(path: Path, message: string): Problem;
}

/** Checks a text. `file` is only named in the problems. */
export function checkEstate(source: string, file: string): Checked {
  const text = readEstateText(source);
  const at = (place: Place, path: Path, message: string): Problem => ({
    file,
    ...place,
    path: path.join('.'),
    message,
  });
  const problem = (path: Path, message: string): Problem => at(text.place(path), path, message);
  const found = [
    ...text.syntaxErrors.map((e) => at(e, [], e.message)),
    ...text.roundedNumbers.map((n) => at(n, [], `${n.written} is too large to be kept exactly; put it in quotes`)),
  ];
  if (text.value !== undefined) {
    for (const c of [...complaints(text), ...brokenRules(text.value)]) found.push(problem(c.path, c.message));
  }
  const problems = unique(found).sort((a, b) => a.line - b.line || a.column - b.column);
  return { problems, estate: problems.length ? undefined : Estate.parse(text.value), problem };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [`${p.path}\0${p.line}\0${p.message}`, p])).values()];
}
