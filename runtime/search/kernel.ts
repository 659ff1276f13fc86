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

/** Places of the parameters and of the locals after them. */
const [QUERY, ROW, END, ROW_BYTES, OUT, SUM, AT, ROW_END] = [0, 1, 2, 3, 4, 5, 9, 10];

/** `run(query, rows, end of rows, bytes of a row, out)`: a float for each row. Four sums, so that additions need not wait for each other. */
function program(): Uint8Array {
  const sums = [0, 1, 2, 3].map((i) => SUM + i);
  const step = sums.map((sum, i): Code => {
    const at = i * STEP;
    return [
      ...[...op.get(AT), ...op.load(at), ...op.get(ROW), ...op.load(at), ...op.multiplyFour],
      ...[...op.get(sum), ...op.addFour, ...op.set(sum)],
    ];
  });
  const forward = (local: number, bytes: number): Code => [
    ...[...op.get(local), ...op.constant(bytes), ...op.add, ...op.set(local)],
  ];
  const stepBytes = STEP * FLOAT;
  const lanes = (i: number): Code => [...op.get(SUM), ...op.lane(i), ...op.get(SUM), ...op.lane(i + 1), ...op.addFloat];
  const [a, b, c, d] = sums.map((sum) => op.get(sum)) as [Code, Code, Code, Code];
  const total: Code = [...a, ...b, ...op.addFour, ...c, ...d, ...op.addFour, ...op.addFour, ...op.set(SUM)];
  const oneRow: Code[] = [
    ...sums.map((sum): Code => [...op.zeros, ...op.set(sum)]),
    [...op.get(QUERY), ...op.tee(AT), ...op.get(ROW_BYTES), ...op.add, ...op.set(ROW_END)],
    op.loop(...step, forward(AT, stepBytes), forward(ROW, stepBytes), [
      ...op.get(AT),
      ...op.get(ROW_END),
      ...op.below,
      ...op.jumpIf(0),
    ]),
    total,
    [...op.get(OUT), ...lanes(0), ...lanes(2), ...op.addFloat, ...op.storeFloat],
    forward(OUT, FLOAT),
  ];
  const done: Code = [...op.get(ROW), ...op.get(END), ...op.atLeast, ...op.jumpIf(1)];
  const body = op.block(op.loop(done, ...oneRow, op.jump(0)));
  return assemble(
    5,
    [
      [4, types.v128],
      [2, types.i32],
    ],
    [body],
  );
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

/** For rows of one length, which must be a multiple of STEP. Not to be shared by calls that wait for each other. */
export class Kernel {
  /** Rows that fit at once. */
  readonly rows: number;
  readonly #dimension: number;
  readonly #floats: Float32Array;
  readonly #run: Run;

  constructor(dimension: number) {
    this.#dimension = dimension;
    this.rows = Math.max(1, Math.floor(BLOCK_BYTES / (dimension * FLOAT)));
    const bytes = FLOAT * (dimension + this.rows * dimension + this.rows);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    compiled ??= new WebAssembly.Module(program());
    this.#run = new WebAssembly.Instance(compiled, { env: { memory } }).exports.run;
    this.#floats = new Float32Array(memory.buffer);
  }

  /** Takes in up to `rows` rows of a matrix, from row `from` on; returns how many. */
  take(matrix: Float32Array, from: number): number {
    const taken = matrix.subarray(from * this.#dimension, (from + this.rows) * this.#dimension);
    this.#floats.set(taken, this.#dimension);
    return taken.length / this.#dimension;
  }

  /** Dot products of a query with the first `count` rows that were taken in; valid until the next call. */
  dots(query: Float32Array, count: number): Float32Array {
    const dimension = this.#dimension;
    this.#floats.set(query, 0);
    const rows = FLOAT * dimension;
    const out = dimension + this.rows * dimension;
    this.#run(0, rows, rows + FLOAT * dimension * count, FLOAT * dimension, FLOAT * out);
    return this.#floats.subarray(out, out + count);
  }
}
