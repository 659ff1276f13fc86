/** A bundle as one file, and back. */
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { BundleFiles } from '../../protocol/bundle.ts';
import { Exit, UserError } from '../errors.ts';
import { isPath, readFiles, readIndex } from './files.ts';
import { readBundle, type Bundle } from './read.ts';
import { readTar, writeTar } from './tar.ts';

/** What an archive may unpack to: the largest published encoder has some 400 MB. */
const MAX_BYTES = 2 ** 31 - 1;

/** A proved bundle as a gzipped tar: the same bytes each time that one version of Node packs it. Throws a BundleError. */
export async function packBundle(folder: string): Promise<Buffer> {
  const index = await readIndex(folder);
  const files = await readFiles(folder, index);
  const text = `${JSON.stringify(index, null, 2)}\n`;
  const packed = writeTar(new Map([...files, [BundleFiles.index, Buffer.from(text)]]));
  // No file name and no time go into the header of the gzip.
  return Buffer.from(await promisify(gzip)(packed, { level: 9 }));
}

/** Writes a copy of a proved bundle to a new folder. Throws a BundleError, or a UserError when the folder is there. */
export async function copyBundle(folder: string, out: string): Promise<Bundle> {
  const index = await readIndex(folder);
  const files = await readFiles(folder, index);
  return place(out, new Map([...files, [BundleFiles.index, Buffer.from(`${JSON.stringify(index, null, 2)}\n`)]]));
}

/** Unpacks an archive to a new folder, and proves the bundle before the folder gets its name. */
export async function unpackBundle(archive: Uint8Array, out: string, source: string): Promise<Bundle> {
  let files: Map<string, Uint8Array>;
  try {
    files = readTar(await promisify(gunzip)(archive, { maxOutputLength: MAX_BYTES }));
  } catch (cause) {
    throw new UserError(`${source} is no archive of a bundle (${(cause as Error).message})`, {
      exitCode: Exit.failed,
      cause,
    });
  }
  const odd = [...files.keys()].find((path) => !isPath(path));
  if (odd !== undefined) {
    throw new UserError(`${source} holds '${odd}', which is no path of a bundle`, { exitCode: Exit.failed });
  }
  return place(out, files);
}

async function place(out: string, files: ReadonlyMap<string, Uint8Array>): Promise<Bundle> {
  const target = resolve(out);
  if (await stat(target).catch(() => undefined)) {
    throw new UserError(`${out} exists already: name another folder, or remove it`);
  }
  await mkdir(dirname(target), { recursive: true });
  // Beside its place, so that the last step is a rename: the folder is whole or not there.
  const work = await mkdtemp(join(dirname(target), `.${basename(target)}.`));
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), content);
    }
    const bundle = await readBundle(work);
    // Temporary folders are their owner's alone; a bundle is not.
    await chmod(work, 0o755);
    await rename(work, target);
    return { ...bundle, folder: target };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
