/** Archives in the ustar format: plain files, in memory, the same bytes for the same files. */

const BLOCK = 512;
/** The fields of a header: offset and length. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

/** An archive of files by path, in the order of their paths, with no times, owners or folders. Throws on a path above 100 bytes. */
export function writeTar(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    parts.push(header(path, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)));
  }
  // Two empty blocks end an archive.
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (field: keyof typeof FIELD, text: string): void => {
    const [at, length] = FIELD[field];
    if (Buffer.byteLength(text) > length) throw new RangeError(`'${text}' does not fit an archive`);
    block.write(text, at);
  };
  const octal = (n: number, digits: number): string => `${n.toString(8).padStart(digits, '0')}\0`;
  put('name', path);
  put('mode', octal(0o644, 7));
  put('uid', octal(0, 7));
  put('gid', octal(0, 7));
  put('size', octal(size, 11));
  put('mtime', octal(0, 11));
  put('type', '0');
  put('magic', 'ustar\x0000');
  put('checksum', `${octal(sumOf(block), 6)} `);
  return block;
}

/** The sum of a header's bytes, its own field counted as blanks. */
function sumOf(block: Uint8Array): number {
  const [at, length] = FIELD.checksum;
  return block.reduce((sum, byte, i) => sum + (i >= at && i < at + length ? 32 : byte), 0);
}

/** Files by path. Folders are passed over; throws on links, on damage, and on a path that is there twice. */
export function readTar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (;;) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.length < BLOCK) throw new Error(`the archive is cut at byte ${archive.length}`);
    if (block.every((byte) => byte === 0)) return files;
    const text = (field: keyof typeof FIELD): string => {
      const [start, length] = FIELD[field];
      return Buffer.from(block.subarray(start, start + length))
        .toString('latin1')
        .replace(/\0.*$/s, '')
        .trim();
    };
    if (parseInt(text('checksum'), 8) !== sumOf(block)) throw new Error(`the header at byte ${at} is damaged`);
    const size = parseInt(text('size') || '0', 8);
    const path = [text('prefix'), text('name')].filter(Boolean).join('/');
    const type = text('type') || '0';
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (!Number.isSafeInteger(size) || content.length !== size) throw new Error(`${path} is cut`);
    if (type === '0') {
      if (files.has(path)) throw new Error(`${path} is there twice`);
      files.set(path, content);
    } else if (type !== '5' && type !== 'x' && type !== 'g') throw new Error(`${path} is no plain file`);
    at += BLOCK + size + (-size & (BLOCK - 1));
  }
}
