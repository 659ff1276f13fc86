/** Tells how far long work has come: one line that renews itself on a terminal, else a line every 10 s. */
import { formatBytes, formatSeconds } from './table.ts';
import type { Io } from './verb.ts';

/** Often enough to look alive, seldom enough to cost nothing. */
const TERMINAL_MS = 200;
const LOG_MS = 10_000;

export interface Progress {
  /** Adds finished items and their bytes. */
  add(items: number, bytes: number): void;
  /** Writes the last state and ends the line. */
  done(): void;
}

export interface ProgressTotals {
  readonly items?: number;
  readonly bytes?: number;
}

/** `noun` names the items, in the plural: `objects`. An ETA is given where a total is known. */
export function progress(io: Io, noun: string, total: ProgressTotals = {}, now: () => number = Date.now): Progress {
  const terminal = io.err.isTTY === true;
  const started = now();
  let items = 0;
  let bytes = 0;
  let shown = terminal ? 0 : started;
  const show = (end: string) => {
    const text = progressText({ noun, items, bytes, total, seconds: (now() - started) / 1000 });
    io.err.write(terminal ? `\r\u001b[K${text}${end}` : `${text}\n`);
  };
  return {
    add(n, b) {
      items += n;
      bytes += b;
      if (now() - shown < (terminal ? TERMINAL_MS : LOG_MS)) return;
      shown = now();
      show('');
    },
    done: () => show('\n'),
  };
}

/** One line: count, bytes, rate and, with a total, the time that is left. */
export function progressText(p: {
  noun: string;
  items: number;
  bytes: number;
  total: ProgressTotals;
  seconds: number;
}): string {
  const of = (n: number, all: number | undefined, f: (x: number) => string) =>
    all === undefined ? f(n) : `${f(n)} of ${f(all)}`;
  const count = (n: number) => n.toLocaleString('en-US');
  const parts = [`${of(p.items, p.total.items, count)} ${p.noun}`, of(p.bytes, p.total.bytes, formatBytes)];
  if (p.seconds > 0) parts.push(`${formatBytes(Math.round(p.bytes / p.seconds))}/s`);
  const share = p.total.bytes ? p.bytes / p.total.bytes : p.total.items ? p.items / p.total.items : 0;
  if (share > 0 && share < 1) parts.push(`${formatSeconds((p.seconds / share) * (1 - share))} left`);
  return parts.join(', ');
}
