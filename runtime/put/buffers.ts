/** Buffers that are used again: fresh memory of this size costs page faults and collections that rival a checksum. */
export class Buffers {
  readonly #free = new Map<number, ArrayBuffer[]>();

  take(size: number): ArrayBuffer {
    return this.#free.get(size)?.pop() ?? new ArrayBuffer(size);
  }

  /** Gives a buffer back. One that a failed request may still read must not be given. */
  give(buffer: ArrayBuffer): void {
    const free = this.#free.get(buffer.byteLength);
    if (free) free.push(buffer);
    else this.#free.set(buffer.byteLength, [buffer]);
  }
}
