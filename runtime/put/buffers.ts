/**
 * Buffers that are used again: fresh memory of this size costs page faults and collections that rival a checksum.
 * Shared, so that the hashing thread sees the bytes without being given the buffer: giving makes the collector count it anew.
 */
export class Buffers {
  readonly #free = new Map<number, SharedArrayBuffer[]>();

  take(size: number): SharedArrayBuffer {
    return this.#free.get(size)?.pop() ?? new SharedArrayBuffer(size);
  }

  /** Gives a buffer back. One that a failed request may still read must not be given. */
  give(buffer: SharedArrayBuffer): void {
    const free = this.#free.get(buffer.byteLength);
    if (free) free.push(buffer);
    else this.#free.set(buffer.byteLength, [buffer]);
  }
}
