/** Just as much of WebAssembly's binary format as the kernel needs. */

export type Code = readonly number[];

/** A number in as few groups of seven bits as it takes. */
export function unsigned(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...unsigned(rest)];
}

/** The same of a number with a sign. */
export function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const done = (rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}

const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const name = (text: string): number[] => list([...Buffer.from(text)].map((byte) => [byte]));
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];

export const types = { i32: 0x7f, v128: 0x7b } as const;
const FUNCTION = 0x60;
const NOTHING = 0x40;

const simd = (op: number): number[] => [0xfd, ...unsigned(op)];
export const op = {
  get: (local: number): Code => [0x20, local],
  set: (local: number): Code => [0x21, local],
  tee: (local: number): Code => [0x22, local],
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: [0x6a],
  atLeast: [0x4f],
  below: [0x49],
  /** To the end of a block, or to the start of a loop: the one so many levels outwards. */
  jumpIf: (depth: number): Code => [0x0d, depth],
  jump: (depth: number): Code => [0x0c, depth],
  block: (...body: readonly Code[]): Code => [0x02, NOTHING, ...body.flat(), 0x0b],
  loop: (...body: readonly Code[]): Code => [0x03, NOTHING, ...body.flat(), 0x0b],
  zeros: [...simd(0x0c), ...Array<number>(16).fill(0)],
  /** Four floats at an address. */
  load: (offset: number): Code => [...simd(0x00), 2, ...unsigned(offset)],
  store: [...simd(0x0b), 2, 0],
  /** Four of the eight floats of two vectors, by their numbers. */
  shuffle: (lanes: readonly number[]): Code => [
    ...simd(0x0d),
    ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  ],
  addFour: simd(0xe4),
  multiplyFour: simd(0xe6),
} as const;

/** A module that takes its memory as `env.memory`, and has one function `run` of `parameters` 32-bit integers. */
export function assemble(parameters: number, locals: readonly [count: number, type: number][], body: readonly Code[]) {
  const code = [...list(locals), ...body.flat(), 0x0b];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[FUNCTION, ...list(Array<Code>(parameters).fill([types.i32])), ...list([])]])),
    ...section(2, list([[...name('env'), ...name('memory'), 0x02, 0x00, 0x01]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...name('run'), 0x00, 0x00]])),
    ...section(10, list([[...unsigned(code.length), ...code]])),
  ]);
}
