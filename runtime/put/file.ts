/** Reads files that may be written to meanwhile, and tells when they were. */
import { fstatSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Found } from './walk.ts';

/** The file is not what it was when the delivery began. */
export class ChangedFileError extends Error {
  override readonly name = 'ChangedFileError';
  constructor() {
    super('changed while it was read; deliver it again when nobody writes to it');
  }
}

/** True when the open file is still the one that was found. */
export function unchanged(handle: FileHandle, file: Found): boolean {
  // On an open file this asks the kernel only: a trip through the thread pool would cost more.
  const now = fstatSync(handle.fd);
  return now.size === file.size && now.mtimeMs === file.mtimeMs && now.ctimeMs === file.ctimeMs;
}

/** Fills a buffer from a place in the file. Throws ChangedFileError when the file ends before. */
export async function fill(handle: FileHandle, into: Uint8Array, from: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, from + done);
    if (bytesRead === 0) throw new ChangedFileError();
    done += bytesRead;
  }
}

/** Reads a small file whole. Throws ChangedFileError when it changes meanwhile. */
export async function readWhole(file: Found): Promise<Buffer> {
  const handle = await open(file.path);
  try {
    const bytes = Buffer.allocUnsafe(file.size);
    await fill(handle, bytes, 0);
    if (!unchanged(handle, file)) throw new ChangedFileError();
    return bytes;
  } finally {
    await handle.close();
  }
}
