/** Checks an estate file: all errors at once, each with its line. */
import { LineCounter, parseDocument } from 'yaml';
import { Estate } from '../protocol/estate.ts';

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
  readonly problems: readonly Problem[];
  /** Present when there is no problem. */
  readonly estate: Estate | undefined;
}

export function checkEstate(text: string, file: string): Checked {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, version: '1.2' });
  const parsed = Estate.safeParse(doc.toJS());
  if (parsed.success) return { problems: [], estate: parsed.data };
  return {
    problems: parsed.error.issues.map((i) => {
      const node = doc.getIn(i.path, true) as { range?: [number, number, number] } | undefined;
      const at = lines.linePos(node?.range?.[0] ?? 0);
      return { file, line: at.line, column: at.col, path: i.path.join('.'), message: i.message };
    }),
    estate: undefined,
  };
}
