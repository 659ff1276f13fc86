/** A bundle as one file, and back. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packBundle, unpackBundle } from '../../../../runtime/bundle/archive.ts';
import { readTar, writeTar } from '../../../../runtime/bundle/tar.ts';
import { files, indexOf, writeBundle } from './sample.ts';

let folder = '';
let work = '';
beforeAll(() => {
  folder = writeBundle();
  work = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterAll(() => [folder, work].forEach((f) => rmSync(f, { recursive: true })));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('packBundle', () => {
  test('gives the same bytes each time', async () => {
    expect(await packBundle(folder)).toEqual(await packBundle(folder));
  });

  test('gives what tar reads', async () => {
    const path = join(work, 'bundle.tar.gz');
    writeFileSync(path, await packBundle(folder));

    const listed = execFileSync('tar', ['-tzf', path], { encoding: 'utf8' }).trim().split('\n');

    expect(listed).toEqual([...Object.keys(files()), 'bundle.json'].sort());
  });

  test('refuses a bundle with a damaged file', async () => {
    const damaged = writeBundle();
    writeFileSync(join(damaged, 'model.onnx'), 'other');

    await expect(packBundle(damaged)).rejects.toThrow('model.onnx has SHA-256');
    rmSync(damaged, { recursive: true });
  });
});

describe('unpackBundle', () => {
  test('gives the bundle that was packed', async () => {
    const out = join(work, 'copy');

    await unpackBundle(await packBundle(folder), out, 'archive');

    for (const [path, content] of Object.entries(files()))
      expect(readFileSync(join(out, path))).toEqual(Buffer.from(content));
  });

  test('takes what tar packed', async () => {
    const path = join(work, 'by-tar.tar.gz');
    execFileSync('tar', ['-czf', path, ...readdirSync(folder)], { cwd: folder });

    const bundle = await unpackBundle(readFileSync(path), join(work, 'by-tar'), path);

    expect(bundle.index.name).toBe('sample');
  });

  const packed = (change: Record<string, string>): Buffer => {
    const contents = { ...files(), 'bundle.json': JSON.stringify(indexOf(files())), ...change };
    return gzipSync(writeTar(new Map(Object.entries(contents).map(([p, c]) => [p, Buffer.from(c)]))));
  };

  test.each([
    ['a changed file', () => packed({ 'model.onnx': 'other' }), 'model.onnx has SHA-256'],
    ['a file that is not listed', () => packed({ 'heads/evil.json': '{}' }), 'heads/evil.json is not listed'],
    ['a path that leads elsewhere', () => packed({ '../evil': '' }), "'../evil'"],
    ['an absolute path', () => packed({ '/etc/evil': '' }), "'/etc/evil'"],
    ['what is no archive', () => Buffer.from('PK'), 'no archive of a bundle'],
    ['an archive that is cut', () => gzipSync(writeTar(new Map([['a', bytes('a')]])).subarray(0, 600)), 'is cut'],
  ])('refuses %s, and leaves nothing behind', async (_title, archive, why) => {
    const out = join(work, 'refused');

    await expect(unpackBundle(archive(), out, 'it')).rejects.toThrow(why);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(work).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('leaves a folder alone that is there', async () => {
    await expect(unpackBundle(await packBundle(folder), work, 'it')).rejects.toThrow('exists already');
  });
});

describe('readTar', () => {
  test('refuses links', () => {
    const archive = writeTar(new Map([['a', bytes('')]]));
    // The type of the entry, and its checksum.
    archive.write('2', 156);
    const sum = [...archive.subarray(0, 512)].reduce((n, b, i) => n + (i >= 148 && i < 156 ? 32 : b), 0);
    archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);

    expect(() => readTar(archive)).toThrow('a is no plain file');
  });

  test('refuses a header with a flipped bit', () => {
    const archive = writeTar(new Map([['a', bytes('a')]]));
    archive[0] = (archive[0] ?? 0) ^ 1;

    expect(() => readTar(archive)).toThrow('the header at byte 0 is damaged');
  });

  test('refuses a path that is there twice', () => {
    const one = writeTar(new Map([['a', bytes('a')]])).subarray(0, 1024);

    expect(() => readTar(Buffer.concat([one, one, Buffer.alloc(1024)]))).toThrow('a is there twice');
  });
});
