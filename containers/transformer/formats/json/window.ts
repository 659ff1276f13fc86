/** A sliding window over a byte stream: what is not consumed stays contiguous. */
export class Window {
  buffer: Buffer = Buffer.alloc(0);
  /** Index of the next byte in `buffer`. */
  at = 0;
  /** Index after the last byte that is loaded. */
  end = 0;
  /** Offset of `buffer[0]` in the stream. */
  base = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  get offset(): number {
    return this.base + this.at;
  }

  /** Loads more; bytes before index `keep` are let go, and indexes move down by it. False at the end of the stream. */
  async more(keep: number): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    const chunk = next.value;
    const kept = this.end - keep;
    if (kept + chunk.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(kept + chunk.length, 2 * kept));
      this.buffer.copy(larger, 0, keep, this.end);
      this.buffer = larger;
    } else this.buffer.copyWithin(0, keep, this.end);
    this.buffer.set(chunk, kept);
    this.base += keep;
    this.at -= keep;
    this.end = kept + chunk.length;
    return true;
  }

  /** The next byte, or undefined at the end of the stream. Not consumed. */
  async peek(): Promise<number | undefined> {
    while (this.at >= this.end) if (!(await this.more(this.at))) return undefined;
    return this.buffer[this.at];
  }

  /** The next byte that is no blank, or undefined. Not consumed. */
  async peekInk(): Promise<number | undefined> {
    for (;;) {
      while (this.at < this.end) {
        const c = this.buffer[this.at];
        if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return c;
        this.at++;
      }
      if (!(await this.more(this.at))) return undefined;
    }
  }
}
