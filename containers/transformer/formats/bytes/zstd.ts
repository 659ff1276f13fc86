/**
 * Zstandard, frame by frame, with every damage an error. Node 20 has no zstd and DuckDB takes a truncated file
 * for a whole one, so the library's WebAssembly build of the reference decoder is driven from here.
 */
import { ZSTDDecoder } from 'zstddec/stream';

/** The exports of the library's module that this driver calls. Sizes and pointers are 32-bit. */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

let loaded: ZstdExports | undefined;

/** The library drops the decoder's error codes while it streams and would spin on damaged data: keep the instance, and drive it here. */
class Loader extends ZSTDDecoder {
  // Called without `this`.
  override _init(result: { instance: { exports: unknown } }): void {
    super._init(result as Parameters<ZSTDDecoder['_init']>[0]);
    loaded = result.instance.exports as ZstdExports;
  }
}

async function load(): Promise<ZstdExports> {
  if (!loaded) await new Loader().init();
  if (!loaded) throw new Error('the zstd decoder did not load');
  return loaded;
}

/** One block at most comes out of a call; it never needs more. */
const OUT_BYTES = 128 * 1024;
const IN_BYTES = 128 * 1024;

/** Data that is no valid Zstandard: `truncated` when more bytes might mend it. */
export class ZstdError extends Error {
  override readonly name = 'ZstdError';
  readonly truncated: boolean;
  constructor(message: string, truncated: boolean) {
    super(message);
    this.truncated = truncated;
  }
}

/**
 * Decompresses a stream of one or more frames.
 * @throws ZstdError on a checksum that does not match, an unfinished frame, or bytes that are no frame.
 */
export async function* unzstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const z = await load();
  const context = z.ZSTD_createDCtx();
  const buffers = z.malloc(IN_BYTES + OUT_BYTES + 24);
  const [input, output, inBytes] = [buffers, buffers + 12, buffers + 24];
  const outBytes = inBytes + IN_BYTES;
  try {
    /** What the decoder wants next; 0 after the last byte of a frame. */
    let wanted = 1;
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += IN_BYTES) {
        const piece = chunk.subarray(at, at + IN_BYTES);
        new Uint8Array(z.memory.buffer).set(piece, inBytes);
        for (let read = 0; read < piece.length;) {
          // The memory may have grown in the last call, which detaches views of it.
          const before = new Uint32Array(z.memory.buffer);
          before.set([inBytes, piece.length, read], input >> 2);
          before.set([outBytes, OUT_BYTES, 0], output >> 2);
          wanted = z.ZSTD_decompressStream(context, output, input);
          if (wanted < 0) throw new ZstdError(`the compressed data is damaged (zstd error ${-wanted})`, false);
          const after = new Uint32Array(z.memory.buffer);
          read = after[(input >> 2) + 2] ?? 0;
          const length = after[(output >> 2) + 2] ?? 0;
          if (length) yield Buffer.from(new Uint8Array(z.memory.buffer, outBytes, length));
        }
      }
    }
    if (wanted !== 0) throw new ZstdError('the compressed data ends in the middle of a frame', true);
  } finally {
    z.ZSTD_freeDCtx(context);
    z.free(buffers);
  }
}
