/**
 * The engine of one shard: stages each object, types its records, runs the contract's selects per object, and writes one
 * Parquet file per table. What breaks the contract becomes an outcome; what breaks the machine is thrown.
 */
import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInputs } from '../../../runtime/sql/check-select.ts';
import { openDuck, type Duck } from '../../../runtime/sql/duckdb.ts';
import { sqlName } from '../../../runtime/sql/text.ts';
import { readers } from '../formats/index.ts';
import { ObjectError, type StagedInput } from '../formats/staged.ts';
import { EngineError, isSystemError, load, mayQuote, type Loaded } from './load.ts';
import {
  PART_ROWS,
  type AddOptions,
  type EngineFiles,
  type EngineObject,
  type EngineOptions,
  type MemberOutcome,
} from './options.ts';
import { TableOutput, written } from './output.ts';
import { planOf, type Plan } from './plan.ts';
import { PayloadFile, Reasons } from './quarantine.ts';
import { inputRow, reasonRows, tableRow, tableRows, wholeObject } from './rows.ts';

export type { AddOptions, EngineFiles, EngineObject, EngineOptions, MemberOutcome, TableFile } from './options.ts';

/** What Node, its buffers and DuckDB's own code need beside DuckDB's buffers. */
const PROCESS_MIB = 700;
/** DuckDB does nothing useful below. */
const LEAST_MIB = 256;
/** Objects from this size on are written to Parquet at once; smaller ones are gathered first. */
const LARGE_BYTES = 32 * 1024 ** 2;
/** Of the scratch disk: for what DuckDB spills, and for the copies of one object. The rest is raw bytes and output. */
const SPILL_SHARE = 0.3;
const STAGE_SHARE = 0.4;

/** MiB for DuckDB in a task of this size. */
export const duckMemoryMiB = (taskMiB: number): number =>
  Math.max(LEAST_MIB, Math.floor(Math.min(taskMiB * 0.6, taskMiB - PROCESS_MIB)));

export class Engine {
  readonly #options: EngineOptions;
  readonly #duck: Duck;
  readonly #plan: Plan;
  readonly #outputs: readonly TableOutput[];
  readonly #reasons: Reasons;

  private constructor(options: EngineOptions, duck: Duck, plan: Plan, reasons: Reasons) {
    this.#options = options;
    this.#duck = duck;
    this.#plan = plan;
    this.#reasons = reasons;
    this.#outputs = plan.tables.map((t) => new TableOutput(t, duck, join(options.scratch, 'tables')));
  }

  /** Opens the engine in its scratch folder. Throws SelectRefused when the contract's SQL is not allowed. */
  static async open(options: EngineOptions): Promise<Engine> {
    const { scratch, scratchBytes, memoryMiB, threads } = options;
    await mkdir(join(scratch, 'tables'), { recursive: true });
    const settings = { memoryMiB: duckMemoryMiB(memoryMiB), folder: scratch, spillBytes: scratchBytes * SPILL_SHARE };
    let duck = await openDuck({ ...settings, threads });
    try {
      let plan = await planOf(options, duck);
      if (threads > 1 && wantsOneThread(options, plan)) {
        duck.close();
        duck = await openDuck({ ...settings, threads: 1 });
        plan = await planOf(options, duck);
      }
      await duck.connection.run('CREATE SCHEMA gathered');
      const reasons = new Reasons(duck);
      await reasons.open();
      return new Engine(options, duck, plan, reasons);
    } catch (error) {
      duck.close();
      throw error;
    }
  }

  /**
   * Stages and types one object, and appends its rows to the tables. Bad data never throws: the outcome says so.
   * @throws on trouble of the machine: disk, memory, or rows that do not add up
   */
  async add(object: EngineObject, { only }: AddOptions = {}): Promise<MemberOutcome> {
    const folder = join(this.#options.scratch, `member-${object.member}`);
    await mkdir(folder, { recursive: true });
    const payload = new PayloadFile(join(this.#options.scratch, `payload-${object.member}.bin`));
    const seen = { records: 0 };
    await this.#duck.connection.run('BEGIN');
    try {
      await createInputs(this.#duck, this.#plan.direct ? [] : this.#plan.inputs);
      const staged = await this.#stage(object, folder);
      seen.records = staged.reduce((sum, s) => sum + countOf(s, only), 0);
      const loaded = await this.#load(staged, object, only);
      await this.#select(object);
      const broken = await this.#quarantine(loaded, object, payload);
      await this.#duck.connection.run('COMMIT');
      for (const output of this.#outputs) output.keep();
      const rowsIn = loaded.reduce((sum, l) => sum + l.records, 0);
      return {
        rowsIn,
        rowsOut: loaded.reduce((sum, l) => sum + l.rows, 0),
        rowsQuarantined: broken,
        notes: notesOf(loaded),
        ...(payload.used ? { payload: { path: payload.path } } : {}),
      };
    } catch (error) {
      await this.#duck.connection.run('ROLLBACK');
      for (const output of this.#outputs) await output.drop();
      if (!(error instanceof ObjectError)) throw error;
      await this.#reasons.add([wholeObject(object, error, this.#options)]);
      return {
        rowsIn: seen.records,
        rowsOut: 0,
        rowsQuarantined: seen.records,
        quarantined: { code: error.code, message: error.message },
        notes: {},
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Writes one Parquet file per table, also where it has no row, and the table of reasons. The same objects give the same bytes. */
  async finish(): Promise<EngineFiles> {
    const tables = [];
    for (const output of this.#outputs) {
      const nobody = {
        key: '',
        version: '',
        member: 0,
        path: '',
        size: 0,
        payloadKey: '',
        order: '',
        at: new Date(0).toISOString(),
      };
      tables.push(await output.finish(`SELECT * FROM (${tableRows(output.plan, nobody, this.#options.run)}) LIMIT 0`));
    }
    return { tables, reasons: await this.#reasons.finish(join(this.#options.scratch, 'tables', 'reasons.parquet')) };
  }

  /** Closes DuckDB. The files stay. */
  close(): Promise<void> {
    this.#duck.close();
    return Promise.resolve();
  }

  async #stage(object: EngineObject, folder: string): Promise<StagedInput[]> {
    const { contract, scratchBytes } = this.#options;
    // DuckDB may read below its scratch folder only.
    const path = join(folder, 'raw');
    await link(object.path, path).catch(() => copyFile(object.path, path));
    const read = await readers[contract.format]();
    return read({
      object: { ...object, path },
      options: contract.options,
      inputs: this.#plan.inputs,
      scratch: folder,
      scratchBytes: Math.floor(scratchBytes * STAGE_SHARE),
    });
  }

  /** Fills the inputs, or the one table that is its input. */
  async #load(staged: readonly StagedInput[], object: EngineObject, only: AddOptions['only']): Promise<Loaded[]> {
    const { contract } = this.#options;
    const loaded: Loaded[] = [];
    let bad = 0;
    const large = object.size >= LARGE_BYTES;
    const [output] = this.#outputs;
    for (const input of this.#plan.inputs) {
      const one = staged.find((s) => s.name === input.name);
      if (!one) throw new EngineError(`the reader staged no input ${input.name}`);
      const direct = this.#plan.direct ? output : undefined;
      const records = only && recordsOf(only.get(input.name) ?? new Set(), object);
      if (records) await this.#numbers(records);
      const done = await load(one, {
        duck: this.#duck,
        contract,
        input,
        only: records && { table: NUMBERS, records },
        maxBadRows: contract.maxBadRows - bad,
        store: (relation) => {
          const columns = direct ? tableRow(direct.plan, object, this.#options.run) : inputRow(input.columns, object);
          const rows = input.query.good(relation, columns, records ? NUMBERS : undefined);
          return direct
            ? direct.append(rows, large)
            : written(this.#duck, `INSERT INTO ${sqlName(input.name)} ${rows}`);
        },
        undo: async () => {
          // A statement that failed ends its transaction, with all that the object stored in it.
          await this.#duck.connection.run('ROLLBACK');
          await this.#duck.connection.run('BEGIN');
          for (const o of this.#outputs) await o.drop();
        },
      });
      bad += done.broken.length;
      loaded.push(done);
    }
    return loaded;
  }

  /** The record numbers to take, as a table. */
  async #numbers(records: ReadonlySet<number>): Promise<void> {
    await this.#duck.connection.run(`CREATE OR REPLACE TABLE ${NUMBERS} (n BIGINT)`);
    const all = [...records];
    for (let at = 0; at < all.length; at += NUMBERS_AT_ONCE) {
      await this.#duck.connection.run(
        `INSERT INTO ${NUMBERS} VALUES (${all.slice(at, at + NUMBERS_AT_ONCE).join('), (')})`,
      );
    }
  }

  /** Runs the selects over the filled inputs. One that fails puts the object, not the shard, into quarantine. */
  async #select(object: EngineObject): Promise<void> {
    if (this.#plan.direct) return;
    for (const output of this.#outputs) {
      try {
        await output.append(tableRows(output.plan, object, this.#options.run), object.size >= LARGE_BYTES);
      } catch (error) {
        if (isSystemError(error)) throw error;
        const words = mayQuote(this.#options.contract) ? `: ${(error as Error).message.split('\n')[0] ?? ''}` : '';
        throw new ObjectError(
          'select_failed',
          `the select of table ${output.plan.name} failed on this object${words}`,
          { cause: error },
        );
      }
    }
  }

  /** Writes raw payloads and reasons of broken records; answers how many records that are. */
  async #quarantine(loaded: readonly Loaded[], object: EngineObject, payload: PayloadFile): Promise<number> {
    let records = 0;
    for (const { staged, broken } of loaded) {
      if (!broken.length) continue;
      const places = await payload.write(staged, broken);
      await this.#reasons.add(reasonRows(staged.name, broken, places, object, this.#options));
      records += broken.length;
    }
    return records;
  }
}

/**
 * Numbering the records of a CSV is one ordered stream: a second thread finds nothing to do and burns as much CPU as the
 * first. And where a select does more than pass rows on, sums of doubles, `first` and the like depend on who comes first:
 * one thread makes a retry byte-equal.
 */
const wantsOneThread = ({ contract: { format } }: EngineOptions, plan: Plan): boolean =>
  format === 'csv' || format === 'tsv' || plan.tables.some((t) => !t.rowWise);

/** Record numbers of a replay. */
const NUMBERS = 'gathered.numbers';
const NUMBERS_AT_ONCE = 5000;

/** `_source_row`s as numbers within the object or part. */
const recordsOf = (rows: ReadonlySet<number>, { part }: EngineObject): ReadonlySet<number> => {
  const before = (part?.index ?? 0) * PART_ROWS;
  return new Set([...rows].map((n) => (n > before ? n - before : n)));
};

const countOf = (staged: StagedInput, only: AddOptions['only']): number =>
  only ? (only.get(staged.name)?.size ?? 0) : staged.records;

function notesOf(loaded: readonly Loaded[]): Record<string, number> {
  const notes: Record<string, number> = {};
  for (const { staged } of loaded)
    for (const [note, n] of Object.entries(staged.notes)) notes[note] = (notes[note] ?? 0) + n;
  return notes;
}
