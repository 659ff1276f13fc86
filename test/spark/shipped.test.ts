/** What is shipped to clusters is whole, or it is refused. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleIndex } from '../../protocol/bundle.ts';
import { bundleHash } from '../../runtime/bundle/hash.ts';
import { glueFolder, interpreter, miniBundle, noPython, Python, scratch, titled } from './support/python.ts';

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

(noPython ? describe.skip : describe)(titled('in Python,', noPython), () => {
  let python: Python;
  const dir = join(scratch, 'shipped');

  beforeAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    python = await Python.start();
  }, 600_000);
  afterAll(() => python.stop());

  describe('the wheel', () => {
    test('is the same bytes each time, and what pip takes', async () => {
      const path = await interpreter();
      const build = (to: string): string => {
        const args = [join(glueFolder, 'wheels.py'), 'wheel', join(dir, to)];
        return execFileSync(path, args, { encoding: 'utf8' }).trim();
      };

      const [first, second] = [build('once'), build('again')];
      execFileSync(path, [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-index',
        '--no-deps',
        '--target',
        join(dir, 'site'),
        first,
      ]);

      expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
      const installed = execFileSync(path, ['-c', 'import decant_embed.bundle as b; print(b.__file__)'], {
        encoding: 'utf8',
        env: { ...process.env, PYTHONPATH: join(dir, 'site') },
      });
      expect(installed).toContain(join(dir, 'site'));
    });
  });

  describe('a bundle', () => {
    const folder = join(dir, 'bundle');
    const index = (): BundleIndex => json<BundleIndex>(folder, 'bundle.json');
    const rewrite = (path: string, text: string) => {
      const { files, ...rest } = index();
      const changed = {
        ...files,
        [path]: { sha256: createHash('sha256').update(text).digest('hex'), bytes: text.length },
      };
      writeFileSync(join(folder, path), text);
      writeFileSync(
        join(folder, 'bundle.json'),
        JSON.stringify({ ...rest, hash: bundleHash(changed), files: changed }),
      );
    };
    const copied = (source = miniBundle) => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(source, folder, { recursive: true });
    };

    test('that is whole is read, and its hash is that of its files', async () => {
      copied();

      await expect(python.ask('bundle', { folder })).resolves.toBe(bundleHash(index().files));
    });

    test('with a flipped bit is refused with the name of the file and both hashes', async () => {
      copied();
      const model = readFileSync(join(folder, 'model.onnx'));
      model[1000] = (model[1000] ?? 0) ^ 1;
      writeFileSync(join(folder, 'model.onnx'), model);
      const found = createHash('sha256').update(model).digest('hex');

      await expect(python.ask('bundle', { folder })).rejects.toThrow(
        `BundleError: bundle ${folder}: model.onnx has SHA-256 ${found} instead of ${index().files['model.onnx']?.sha256}`,
      );
    });

    test.each([
      ['that lacks a file', 'tokenizer/vocab.txt is missing', () => unlinkSync(join(folder, 'tokenizer/vocab.txt'))],
      ['with a file more', 'more.txt is not listed in bundle.json', () => writeFileSync(join(folder, 'more.txt'), '')],
      ['without an index', 'bundle.json cannot be read', () => unlinkSync(join(folder, 'bundle.json'))],
      [
        'whose index tells another hash',
        'bundle.json tells the bundle hash',
        () => writeFileSync(join(folder, 'bundle.json'), JSON.stringify({ ...index(), hash: '0'.repeat(64) })),
      ],
      [
        'whose config has another width',
        'config.json tells hidden_size 32, bundle.json the dimension 64',
        () => rewrite('config.json', JSON.stringify({ ...json<object>(folder, 'config.json'), hidden_size: 32 })),
      ],
      [
        'whose reference is cut',
        'reference.f16 holds 32 numbers instead of',
        () => rewrite('reference.f16', '\0'.repeat(64)),
      ],
    ])('%s is refused', async (_, why, damage) => {
      copied();
      damage();

      await expect(python.ask('bundle', { folder })).rejects.toThrow(why);
    });
  });
});
