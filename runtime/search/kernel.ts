/**
 * Dot products of one query with many rows, sixteen numbers at a time. Node has no other way to the processor's vector units: plain
 * loops over Float32Array are 2.5 times slower. WebAssembly's vectors are exact to the bit on every machine.
 */
import { assemble, op, types, type Code } from './assemble.ts';

/** Rows are copied into the kernel's memory in blocks that stay in a core's cache. */
const BLOCK_BYTES = 2 ** 19;
/** Numbers that one turn of the loop takes: rows must be a multiple of them. */
export const STEP = 16;
const FLOAT = 4;
const PAGE = 65_536;

/** Rows that are read beside each other, so that the query is loaded once for all of them. */
const ABREAST = 4;
const STEP_BYTES = STEP * FLOAT;
/** Bytes of one vector. */
const FOUR = 4 * FLOAT;

/** Places of the parameters and of the locals after them. */
const [QUERY, ROWS, END, ROW_BYTES, OUT, SUM, TURN, AT, QUERY_END, ROW] = [0, 1, 2, 3, 4, 5, 9, 13, 14, 15];
const abreast = Array.from({ length: ABREAST }, (_, i) => i);

/**
 * `run(query, rows, end of rows, bytes of a row, out)`: a float for each row. It goes on to a whole number of rows abreast: memory
 * behind the rows and behind `out` must be there.
 */
function program(): Uint8Array {
  const forward = (local: number, ...by: Code): Code => [...op.get(local), ...by, ...op.add, ...op.set(local)];
  const step: Code = Array.from({ length: STEP / 4 }, (_, part) => [
    ...[...op.get(AT), ...op.load(part * FOUR), ...op.set(TURN)],
    ...abreast.flatMap((i) => [
      ...[...op.get(ROW + i), ...op.load(part * FOUR), ...op.get(TURN), ...op.multiplyFour],
      ...[...op.get(SUM + i), ...op.addFour, ...op.set(SUM + i)],
    ]),
  ]).flat();
  const rowsAbreast: Code[] = [
    abreast.flatMap((i) => [...op.zeros, ...op.set(SUM + i)]),
    [...op.get(ROWS), ...op.set(ROW)],
    abreast.slice(1).flatMap((i) => [...op.get(ROW + i - 1), ...op.get(ROW_BYTES), ...op.add, ...op.set(ROW + i)]),
    [...op.get(QUERY), ...op.tee(AT), ...op.get(ROW_BYTES), ...op.add, ...op.set(QUERY_END)],
    op.loop(step, ...[AT, ...abreast.map((i) => ROW + i)].map((local) => forward(local, ...op.constant(STEP_BYTES))), [
      ...op.get(AT),
      ...op.get(QUERY_END),
      ...op.below,
      ...op.jumpIf(0),
    ]),
    [...op.get(OUT), ...transposedSum(), ...op.store],
    forward(OUT, ...op.constant(FOUR)),
    // The last row of these has come to its end.
    [...op.get(ROW + ABREAST - 1), ...op.set(ROWS)],
  ];
  const done: Code = [...op.get(ROWS), ...op.get(END), ...op.atLeast, ...op.jumpIf(1)];
  const body = op.block(op.loop(done, ...rowsAbreast, op.jump(0)));
  return assemble(
    5,
    [
      [8, types.v128],
      [6, types.i32],
    ],
    [body],
  );
}

/** The sums of four vectors as one: pairs of two are laid beside each other and added, twice. */
function transposedSum(): Code {
  const [evens, odds] = [
    [0, 2, 4, 6],
    [1, 3, 5, 7],
  ];
  const pairs = (first: Code, second: Code): Code => [
    ...[...first, ...second, ...op.shuffle(evens ?? [])],
    ...[...first, ...second, ...op.shuffle(odds ?? []), ...op.addFour],
  ];
  const sum = (i: number): Code => op.get(SUM + i);
  return [
    ...[...pairs(sum(0), sum(1)), ...op.set(TURN), ...pairs(sum(2), sum(3)), ...op.set(SUM)],
    ...pairs(op.get(TURN), sum(0)),
  ];
}

interface Memory {
  readonly buffer: ArrayBuffer;
}
type Run = (query: number, rows: number, end: number, rowBytes: number, out: number) => void;
/** Node's types leave WebAssembly to the browser's. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Memory: new (size: { initial: number }) => Memory;
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: object) => { readonly exports: { readonly run: Run } };
  };
};
let compiled: object | undefined;

/** WebAssembly reaches 4 GiB; beyond, rows are copied in block by block. */
const MAX_BYTES = 2 ** 32 - PAGE;

/** For rows of one length, which must be a multiple of STEP. */
export class Kernel {
  /** Rows of one call at most. */
  readonly rows: number;
  /** Rows that it holds, one after another: what is written here needs no copy. */
  readonly matrix: Float32Array;
  readonly #dimension: number;
  readonly #query: Float32Array;
  readonly #out: Float32Array;
  readonly #run: Run;

  /** `capacity`: rows to hold. @default those of one call */
  constructor(dimension: number, capacity?: number) {
    this.#dimension = dimension;
    this.rows = ABREAST * Math.max(1, Math.floor(BLOCK_BYTES / (ABREAST * dimension * FLOAT)));
    const held = capacity ?? this.rows;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytesOf(dimension, this.rows, held) / PAGE) });
    compiled ??= new WebAssembly.Module(program());
    this.#run = new WebAssembly.Instance(compiled, { env: { memory } }).exports.run;
    const part = (from: number, length: number) => new Float32Array(memory.buffer, FLOAT * from, length);
    this.#query = part(0, dimension);
    this.#out = part(dimension, this.rows);
    this.matrix = part(dimension + this.rows, held * dimension);
  }

  /** Whether so many rows fit. */
  static holds(dimension: number, rows: number): boolean {
    return dimension % STEP === 0 && bytesOf(dimension, BLOCK_BYTES, rows) <= MAX_BYTES;
  }

  /** Copies up to `rows` rows of a matrix, from row `from` on, to the start of its own; returns how many. */
  take(matrix: Float32Array, from: number): number {
    const taken = matrix.subarray(from * this.#dimension, (from + this.rows) * this.#dimension);
    this.matrix.set(taken);
    return taken.length / this.#dimension;
  }

  /** Dot products of a query with `count` of its rows, at most `rows`, from row `first` on; valid until the next call. */
  dots(query: Float32Array, first: number, count: number): Float32Array {
    const rowBytes = FLOAT * this.#dimension;
    const from = this.matrix.byteOffset + first * rowBytes;
    this.#query.set(query);
    this.#run(this.#query.byteOffset, from, from + count * rowBytes, rowBytes, this.#out.byteOffset);
    return this.#out.subarray(0, count);
  }
}

/** Rows abreast may reach beyond the last one. */
const bytesOf = (dimension: number, block: number, held: number): number =>
  FLOAT * (dimension + block + (held + ABREAST) * dimension);

/** Kernels by the memory of the rows that they hold. */
const residents = new WeakMap<ArrayBufferLike, Kernel>();

/** Memory for rows that is searched where it is; plain memory where the kernel cannot hold them. */
export function rowsInKernel(rows: number, dimension: number): Float32Array {
  if (!Kernel.holds(dimension, rows)) return new Float32Array(rows * dimension);
  const kernel = new Kernel(dimension, rows);
  residents.set(kernel.matrix.buffer, kernel);
  return kernel.matrix;
}

/** The kernel that holds the rows of a matrix or of a part of it, and the number of the first; undefined where none does. */
export function residentOf(matrix: Float32Array, dimension: number): { kernel: Kernel; first: number } | undefined {
  const kernel = residents.get(matrix.buffer);
  const first = kernel ? (matrix.byteOffset - kernel.matrix.byteOffset) / (FLOAT * dimension) : NaN;
  return kernel && Number.isInteger(first) ? { kernel, first } : undefined;
}
