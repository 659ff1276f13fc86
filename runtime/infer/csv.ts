/** Takes delimited text apart, chunk by chunk. */

/** An empty unquoted cell is null; `""` is the empty text. */
export type Cell = string | null;

/** RFC 4180 with any delimiter; line ends LF, CRLF or CR. Blank lines are no records. */
export class CsvSplitter {
  private readonly delimiter: string;
  private readonly onRecord: (record: Cell[]) => void;
  private record: Cell[] = [];
  private cell = '';
  private state: 'start' | 'plain' | 'quoted' | 'after' = 'start';
  private afterReturn = false;
  /** Line breaks within quotes. */
  quotedNewlines = 0;

  constructor(delimiter: string, onRecord: (record: Cell[]) => void) {
    this.delimiter = delimiter;
    this.onRecord = onRecord;
  }

  write(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const c = text.charAt(i);
      if (this.state === 'quoted') {
        if (c === '"') this.state = 'after';
        else {
          if (c === '\n') this.quotedNewlines++;
          this.cell += c;
        }
        continue;
      }
      if (c === '\n' && this.afterReturn) {
        this.afterReturn = false;
        continue;
      }
      this.afterReturn = c === '\r';
      if (c === this.delimiter) this.endCell();
      else if (c === '\n' || c === '\r') this.endRecord();
      else if (c === '"' && this.state === 'start') this.state = 'quoted';
      else if (c === '"' && this.state === 'after') {
        this.cell += c;
        this.state = 'quoted';
      } else {
        this.cell += c;
        if (this.state === 'start') this.state = 'plain';
      }
    }
  }

  end(): void {
    if (this.record.length || this.state !== 'start') this.endRecord();
  }

  private endCell(): void {
    this.record.push(this.state === 'start' ? null : this.cell);
    this.cell = '';
    this.state = 'start';
  }

  private endRecord(): void {
    if (this.record.length === 0 && this.state === 'start') return;
    this.endCell();
    const done = this.record;
    this.record = [];
    this.onRecord(done);
  }
}
