/** Physical lines of a byte stream, with bounded memory whatever a line's length. */

const LF = 0x0a;

export interface Line {
  /** 0-based offset of the first byte. */
  readonly offset: number;
  /** Bytes without the line break and a CR before it; empty when the line is longer than the limit. */
  readonly bytes: Buffer;
  /** Length without the line break. */
  readonly length: number;
  readonly tooLong: boolean;
  /** The last line of the stream may lack its break. */
  readonly terminated: boolean;
}

const trimCr = (b: Buffer): Buffer => (b.length > 0 && b[b.length - 1] === 0x0d ? b.subarray(0, b.length - 1) : b);

/**
 * Lines that begin in [from, until). `base` is the offset of the stream's first byte. A line belongs to a part when its
 * first byte does, so a part's stream begins one byte before `from` (at `from` for the first part): the rest of
 * a line that began earlier is passed over. A consumer's `bytes` is valid until the next line is asked for.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  {
    base = 0,
    from = 0,
    until = Infinity,
    maxBytes,
  }: { base?: number; from?: number; until?: number; maxBytes: number },
): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let length = 0;
  let start = base;
  let position = base;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > maxBytes + 1) {
      held = [];
      heldBytes = 0;
    } else if (piece.length > 0) {
      held.push(piece);
      heldBytes += piece.length;
    }
  };
  const finish = (terminated: boolean): Line => {
    const whole = length === heldBytes;
    const bytes = trimCr(
      !whole ? Buffer.alloc(0) : held.length === 1 ? (held[0] ?? Buffer.alloc(0)) : Buffer.concat(held),
    );
    const tooLong = !whole || bytes.length > maxBytes;
    const line = {
      offset: start,
      bytes: tooLong ? Buffer.alloc(0) : bytes,
      length: whole ? bytes.length : length,
      tooLong,
      terminated,
    };
    held = [];
    heldBytes = 0;
    length = 0;
    return line;
  };
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(LF, at);
      if (end < 0) {
        const piece = bytes.subarray(at);
        // The stream may use its buffer again once it is asked for more; what is too long is let go at once.
        take(length + piece.length > maxBytes + 1 ? piece : Buffer.from(piece));
        break;
      }
      take(bytes.subarray(at, end));
      const line = finish(true);
      at = end + 1;
      if (start >= from) yield line;
      start = position + at;
      if (start >= until) return;
    }
    position += bytes.length;
  }
  if (length > 0 && start >= from) yield finish(false);
}
