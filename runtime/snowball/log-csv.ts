/**
 * AWS's success and failure logs. AWS says that they are comma-separated values and names no columns (Snowball Edge guide,
 * report), so columns are found by what their headings say.
 */

export interface LoggedObject {
  /** Key in the bucket, without the bucket's name. */
  readonly key: string;
  /** Bytes; undefined where the log does not say. */
  readonly size: number | undefined;
  /** Why it failed; empty in a success log. */
  readonly reason: string;
}

/** Records of CSV text (RFC 4180), as it streams in. */
export async function* csvRecords(chunks: AsyncIterable<string>): AsyncGenerator<string[]> {
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  let closed = false; // A quote was just closed: a second one is a quote in the text.
  let begun = false;
  for await (const chunk of chunks) {
    for (const c of chunk) {
      if (quoted) {
        if (c === '"') {
          quoted = false;
          closed = true;
        } else cell += c;
        continue;
      }
      if (c === '"') {
        if (closed) cell += c;
        quoted = true;
        begun = true;
      } else if (c === ',') {
        record.push(cell);
        cell = '';
        begun = true;
      } else if (c === '\n') {
        if (begun || cell !== '') yield [...record, cell];
        record = [];
        cell = '';
        begun = false;
      } else if (c !== '\r') {
        cell += c;
        begun = true;
      }
      closed = false;
    }
  }
  if (begun || cell !== '') yield [...record, cell];
}

interface Columns {
  readonly key: number;
  readonly size: number;
  readonly reason: number;
}

function columnsOf(header: readonly string[]): Columns | undefined {
  const at = (pattern: RegExp) => header.findIndex((h) => pattern.test(h.trim()));
  const key = at(/^(object ?)?key$|object ?name|file ?name|^path$/i);
  return key < 0 ? undefined : { key, size: at(/size|bytes/i), reason: at(/reason|error|message|cause/i) };
}

/** Objects of a log. Throws when its heading names no key. An empty log is one without objects. */
export async function* loggedObjects(chunks: AsyncIterable<string>, bucket: string): AsyncGenerator<LoggedObject> {
  let columns: Columns | undefined;
  for await (const record of csvRecords(chunks)) {
    if (!columns) {
      columns = columnsOf(record);
      if (!columns) throw new Error(`a log of Snowball has no column for keys: ${record.join(',')}`);
      continue;
    }
    const written = record[columns.key] ?? '';
    const size = columns.size < 0 ? NaN : Number(record[columns.size] || NaN);
    yield {
      key: written.startsWith(`${bucket}/`) ? written.slice(bucket.length + 1) : written,
      size: Number.isFinite(size) ? size : undefined,
      reason: columns.reason < 0 ? '' : (record[columns.reason] ?? ''),
    };
  }
}
