/** The table of reasons of a shard, and the raw payloads of a member. */
import { open } from 'node:fs/promises';
import type { Contract } from '../../../protocol/contract.ts';
import { isSensitive, type Column } from '../../../protocol/contract.ts';
import type { ReasonRow, ValueRule } from '../../../protocol/reasons.ts';
import type { Duck } from '../../../runtime/sql/duckdb.ts';
import { sqlText } from '../../../runtime/sql/text.ts';
import type { StagedInput } from '../formats/staged.ts';
import { ruleMessage } from './values.ts';

const columns = {
  source_key: 'VARCHAR',
  source_version: 'VARCHAR',
  source_row: 'BIGINT',
  byte_offset: 'BIGINT',
  byte_length: 'BIGINT',
  input: 'VARCHAR',
  reason: 'VARCHAR',
  rule: 'VARCHAR',
  column: 'VARCHAR',
  value: 'VARCHAR',
  message: 'VARCHAR',
  shard: 'VARCHAR',
  run: 'VARCHAR',
  payload_key: 'VARCHAR',
  payload_offset: 'BIGINT',
  payload_length: 'BIGINT',
} as const satisfies Record<keyof ReasonRow, string>;

/** Rows of one statement: far below what a parser minds. */
const ROWS_PER_INSERT = 500;
/** Bytes of payload in memory at a time, where lengths are known before. */
const PAYLOAD_BATCH_BYTES = 32 * 1024 ** 2;
const PAYLOAD_BATCH_RECORDS = 256;

/** One broken record, before its payload is known. */
export interface Broken {
  readonly record: number;
  /** Bytes, where known. */
  readonly length: number | null;
  readonly rows: Pick<ReasonRow, 'reason' | 'rule' | 'column' | 'value' | 'message'>[];
}

/** A value's reason; values of sensitive columns are masked. */
export function valueReason(
  column: Column,
  rule: ValueRule,
  value: string | null,
  contract: Pick<Contract, 'sensitivity'>,
): Broken['rows'][number] {
  const masked = isSensitive(column.sensitivity ?? contract.sensitivity);
  return {
    reason: 'value',
    rule,
    column: column.name,
    value: value === null ? null : masked ? '***' : value,
    message: ruleMessage(column, rule),
  };
}

/** Appends payloads of a member to one file. */
export class PayloadFile {
  readonly path: string;
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  get used(): boolean {
    return this.#bytes > 0;
  }

  /** Writes the records' raw bytes; answers where each lies in the object and in the file. */
  async write(
    input: StagedInput,
    broken: readonly Broken[],
  ): Promise<Map<number, Pick<ReasonRow, 'byte_offset' | 'byte_length' | 'payload_offset' | 'payload_length'>>> {
    const places = new Map<
      number,
      Pick<ReasonRow, 'byte_offset' | 'byte_length' | 'payload_offset' | 'payload_length'>
    >();
    const file = await open(this.path, 'a');
    try {
      for (const batch of batches(broken)) {
        const lengths = new Map(batch.map((b) => [b.record, b.length]));
        for (const { record, offset, bytes } of await input.payload(batch.map((b) => b.record))) {
          await file.writeFile(bytes);
          const length = offset === null ? null : (lengths.get(record) ?? bytes.length);
          places.set(record, {
            byte_offset: offset,
            byte_length: length,
            payload_offset: this.#bytes,
            payload_length: bytes.length,
          });
          this.#bytes += bytes.length;
        }
      }
    } finally {
      await file.close();
    }
    return places;
  }
}

function* batches(broken: readonly Broken[]): Generator<Broken[]> {
  let batch: Broken[] = [];
  let bytes = 0;
  for (const b of broken) {
    if (batch.length && (batch.length >= PAYLOAD_BATCH_RECORDS || bytes + (b.length ?? 0) > PAYLOAD_BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(b);
    bytes += b.length ?? 0;
  }
  if (batch.length) yield batch;
}

/** The shard's table of reasons, in the order in which objects came. */
export class Reasons {
  readonly #duck: Duck;
  rows = 0;

  constructor(duck: Duck) {
    this.#duck = duck;
  }

  /** Creates the table. */
  async open(): Promise<void> {
    const list = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    await this.#duck.connection.run(`CREATE TABLE gathered.reasons (${list.join(', ')})`);
  }

  async add(rows: readonly ReasonRow[]): Promise<void> {
    const names = Object.keys(columns) as (keyof ReasonRow)[];
    for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
      const values = rows
        .slice(at, at + ROWS_PER_INSERT)
        .map((row) => `(${names.map((n) => literal(row[n])).join(', ')})`);
      await this.#duck.connection.run(`INSERT INTO gathered.reasons VALUES ${values.join(', ')}`);
    }
    this.rows += rows.length;
  }

  /** Writes the table; undefined when it has no row. */
  async finish(path: string): Promise<{ path: string; rows: number } | undefined> {
    if (!this.rows) return undefined;
    await this.#duck.connection.run(`COPY gathered.reasons TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
    return { path, rows: this.rows };
  }
}

const literal = (value: string | number | null): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : sqlText(value.replaceAll('\0', '\ufffd'));
