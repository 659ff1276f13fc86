/** Lists of objects as CSV files: what a batch job reads, and what our own copies and retry lists read. */
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** An object to copy. */
export interface CopyItem {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** Columns of the files; a batch job ignores those that it has no name for. */
export const MANIFEST_FIELDS = ['Bucket', 'Key', 'Ignore', 'Ignore'] as const;

/** Keys are URL-encoded in batch lists and reports (user guide, specify-batchjob-manifest). Slashes may stay, for people. */
export const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/');
export const decodeKey = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

export const itemLine = (bucket: string, { key, size, etag }: CopyItem): string =>
  `${bucket},${encodeKey(key)},${size},${etag}\n`;

/** Takes a line apart. None of the fields can hold a comma. Throws a RangeError. */
export function parseItem(line: string): CopyItem {
  const [bucket, key, size, etag] = line.split(',');
  if (!bucket || key === undefined || size === undefined || etag === undefined)
    throw new RangeError(`not a line of a copy list: ${line}`);
  return { key: decodeKey(key), size: Number(size), etag };
}

const READ_BYTES = 2 ** 20;

/** Lines of a file without their ends, some thousands at a time. */
export async function* fileLines(path: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of createReadStream(path, {
    encoding: 'utf8',
    highWaterMark: READ_BYTES,
  }) as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

const WRITE_CHARS = 2 ** 18;

/** Writes lines, some hundred kilobytes at a time. */
export class LineWriter {
  private pending: string[] = [];
  private chars = 0;
  private readonly file: FileHandle;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  static async create(path: string): Promise<LineWriter> {
    return new LineWriter(await open(path, 'w'));
  }

  /** The promise is there only when the caller must wait. */
  write(line: string): Promise<void> | undefined {
    this.pending.push(line);
    this.chars += line.length;
    return this.chars < WRITE_CHARS ? undefined : this.flush();
  }

  private async flush(): Promise<void> {
    const text = this.pending.join('');
    this.pending = [];
    this.chars = 0;
    await this.file.appendFile(text);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }
}
