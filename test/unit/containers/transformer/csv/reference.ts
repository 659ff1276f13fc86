/** An independent reading of RFC 4180 over a string of bytes, by regular expressions: what the reader is judged by. */
export interface ReferenceRecord {
  readonly cells: (string | null)[];
  readonly bad: boolean;
  readonly raw: string;
}

export function reference(text: string): ReferenceRecord[] {
  const records: ReferenceRecord[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < text.length) {
    if (match(/\r\n|\r|\n/y)) continue;
    const start = at;
    const cells: (string | null)[] = [];
    let bad = false;
    for (;;) {
      const quoted = match(/"((?:[^"]|"")*)"(?!")/y);
      if (quoted) {
        cells.push((quoted[1] ?? '').replaceAll('""', '"'));
        if ((match(/[^,\r\n]*/y)?.[0] ?? '') !== '') bad = true;
      } else if (text[at] === '"') {
        bad = true;
        at = text.length;
        cells.push('');
      } else cells.push(match(/[^,\r\n]*/y)?.[0] || null);
      if (!match(/,/y)) break;
    }
    records.push({ cells, bad, raw: text.slice(start, at) });
    match(/\r\n|\r|\n/y);
  }
  return records;
}
