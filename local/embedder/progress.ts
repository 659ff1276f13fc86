/** One line on a terminal that tells how far a step is: count, rate, time left. */

/** Often enough to look alive, seldom enough to cost nothing. */
const EVERY_MS = 200;

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Adds to what is done of `total`; the line ends with the last of them. Writes nothing where there is no terminal. */
export function progress(
  out: Terminal,
  verb: string,
  total: number,
  now: () => number = Date.now,
): (done: number) => void {
  const started = now();
  let done = 0;
  let shown = -Infinity;
  return (more) => {
    done += more;
    if (!out.isTTY || (done < total && now() - shown < EVERY_MS)) return;
    shown = now();
    const seconds = (shown - started) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? `, ${Math.ceil((total - done) / rate)} s left` : '';
    const count = (n: number): string => Math.round(n).toLocaleString('en-US');
    out.write(`\r\u001b[K${verb} ${count(done)} of ${count(total)}, ${count(rate)}/s${done < total ? left : '\n'}`);
  };
}
