/** Plain aligned tables, for people and for `grep`. */

export interface TableColumn {
  readonly title: string;
  /** Numbers stand right. @default left */
  readonly align?: 'left' | 'right';
}

/** Lines of a table with a heading; columns two blanks apart, no blanks at line ends. */
export function formatTable(
  columns: readonly (string | TableColumn)[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const heads = columns.map((c): TableColumn => (typeof c === 'string' ? { title: c } : c));
  const cells = [heads.map((h) => h.title), ...rows.map((row) => heads.map((_, i) => textOf(row[i])))];
  const widths = heads.map((_, i) => Math.max(...cells.map((row) => [...(row[i] ?? '')].length)));
  const pad = (text: string, i: number) => {
    const fill = ' '.repeat((widths[i] ?? 0) - [...text].length);
    return heads[i]?.align === 'right' ? fill + text : text + fill;
  };
  return cells.map((row) => row.map(pad).join('  ').trimEnd() + '\n').join('');
}

const textOf = (value: string | number | undefined): string =>
  value === undefined ? '-' : typeof value === 'number' ? value.toLocaleString('en-US') : value;

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
/** Bytes in a unit that people read: `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${step === 0 ? bytes : (bytes / 1024 ** step).toFixed(1)} ${units[step] ?? 'B'}`;
}

/** Seconds as `45 s`, `3 min 5 s` or `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
