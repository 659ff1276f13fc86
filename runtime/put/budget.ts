/** Bounds what runs at once, by count and by bytes in memory. First come, first served. */

export class Budget {
  #slots: number;
  #bytes: number;
  readonly #allBytes: number;
  readonly #queue: { need: number; go: () => void }[] = [];

  constructor(slots: number, bytes: number) {
    this.#slots = slots;
    this.#bytes = bytes;
    this.#allBytes = bytes;
  }

  /** Runs `work` when a slot and `bytes` are free. Work that needs more than there is runs alone. */
  async with<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const need = Math.min(bytes, this.#allBytes);
    if (this.#queue.length > 0 || !this.#fits(need)) await new Promise<void>((go) => this.#queue.push({ need, go }));
    else this.#take(need);
    try {
      return await work();
    } finally {
      this.#slots++;
      this.#bytes += need;
      this.#wake();
    }
  }

  #fits = (need: number): boolean => this.#slots > 0 && this.#bytes >= need;

  #take(need: number): void {
    this.#slots--;
    this.#bytes -= need;
  }

  #wake(): void {
    for (let next = this.#queue[0]; next && this.#fits(next.need); next = this.#queue[0]) {
      this.#queue.shift();
      this.#take(next.need);
      next.go();
    }
  }
}
