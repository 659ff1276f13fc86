/** Puts files on an embedded device, as `aws s3 cp` does on a real one, and lists what goes on either. */
import { constants, createWriteStream } from 'node:fs';
import { copyFile, mkdir, rename, stat, utimes } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { isTrouble, walk } from '../put/walk.ts';

/** Folder of an embedded device: what lies in it is what S3 on the device holds, by key. */
export const deviceFolder = (dir: string, jobId: string): string => join(dir, '.decant', 'local', 'devices', jobId);

/** The list of what was put on a device: one `{"path","size"}` a line, the path as at the source. */
export const deviceList = (dir: string, jobId: string): string => join(dir, '.decant', 'snowball', `${jobId}.jsonl`);

export interface Loaded {
  readonly objects: number;
  readonly bytes: number;
  /** Files that were copied by this call; others were there already. */
  readonly copied: number;
  readonly list: string;
  readonly trouble: readonly string[];
}

export interface Load {
  readonly from: string;
  readonly list: string;
  /** Folder that keys begin in; without it files are listed only. */
  readonly to?: string;
  readonly seen?: (bytes: number) => void;
}

/** Lists a folder, and copies it where there is a device to copy to. Files that are there with size and time are not copied again. */
export async function load({ from, list, to, seen }: Load): Promise<Loaded> {
  const sum = { objects: 0, bytes: 0, copied: 0 };
  const trouble: string[] = [];
  await mkdir(dirname(list), { recursive: true });
  const lines = createWriteStream(`${list}.new`);
  for await (const found of walk(from, { followLinks: false })) {
    if (isTrouble(found)) {
      if (found.kind === 'failed') trouble.push(`${found.path}: ${found.problem}`);
      continue;
    }
    if (to !== undefined && (await copy(found, join(to, found.rel)))) sum.copied += 1;
    sum.objects += 1;
    sum.bytes += found.size;
    if (!lines.write(`${JSON.stringify({ path: found.rel, size: found.size })}\n`)) await once(lines, 'drain');
    seen?.(found.size);
  }
  lines.end();
  await once(lines, 'close');
  await rename(`${list}.new`, list);
  return { ...sum, list, trouble };
}

async function copy(
  file: { readonly path: string; readonly size: number; readonly mtimeMs: number },
  to: string,
): Promise<boolean> {
  const there = await stat(to).catch(() => undefined);
  if (there?.size === file.size && Math.abs(there.mtimeMs - file.mtimeMs) < 1) return false;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(file.path, to, constants.COPYFILE_FICLONE);
  await utimes(to, file.mtimeMs / 1000, file.mtimeMs / 1000);
  return true;
}
