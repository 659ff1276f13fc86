/** The files of a laboratory's share: many small, few large. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const FILES = 5000;
/** Of a hundred files so many have so many rows; a row is about 40 bytes. */
const SIZES = [
  { share: 88, rows: 50 },
  { share: 10, rows: 1_250 },
  { share: 2, rows: 12_500 },
] as const;

/** Rows of file `i`: the same files at every run. */
function rowsOf(i: number): number {
  let below = i % 100;
  for (const { share, rows } of SIZES) {
    if (below < share) return rows + (i % 7);
    below -= share;
  }
  return 1;
}

export function makeShare(folder: string): { bytes: number; rows: number } {
  let bytes = 0;
  let rows = 0;
  for (let i = 0; i < FILES; i++) {
    const below = join(folder, `2026-${String((i % 12) + 1).padStart(2, '0')}`);
    mkdirSync(below, { recursive: true });
    const n = rowsOf(i);
    const lines = Array.from(
      { length: n },
      (_, r) => `${i}-${r},CMPD-${(i * 31 + r) % 9973},${((r * 17) % 1000) / 8},ok`,
    );
    const text = `well,compound,signal,flag\n${lines.join('\n')}\n`;
    writeFileSync(join(below, `plate-${i}.csv`), text);
    bytes += text.length;
    rows += n;
  }
  return { bytes, rows };
}
