/** `decant bundle` as it is called. */
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { main } from '../../../cli/program.ts';
import type { Io } from '../../../cli/verb.ts';
import { projectRoot } from '../../../local/root.ts';
import { readBundle } from '../../../runtime/bundle/read.ts';

const shipped = join(projectRoot(), 'models', 'chemberta-mtr-mini');
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'decant-bundle-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

async function bundle(argv: string[], env: NodeJS.ProcessEnv = process.env) {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({ write: (t: string) => Boolean((said[name] += t)) }) as unknown as NodeJS.WritableStream;
  const io: Io = { out: stream('out'), err: stream('err'), env, exitCode: 0 };
  return { code: await main(['bundle', ...argv], io), ...said };
}

function damaged(): string {
  const folder = mkdtempSync(join(dir, 'damaged-'));
  cpSync(shipped, folder, { recursive: true });
  appendFileSync(join(folder, 'model.onnx'), ' ');
  return folder;
}

describe('decant bundle verify', () => {
  test('proves the shipped bundle whole', async () => {
    const { index } = await readBundle(shipped);

    const { code, out } = await bundle(['verify']);

    expect(code).toBe(0);
    expect(out).toContain(`hash ${index.hash}`);
  });

  test('exits 3 for a damaged file, and names it with both hashes', async () => {
    const { files } = (await readBundle(shipped)).index;

    const { code, err } = await bundle(['verify', damaged()]);

    expect(code).toBe(3);
    expect(err).toContain('model.onnx has SHA-256');
    expect(err).toContain(`instead of ${files['model.onnx']?.sha256}`);
  });

  test('says the same to programs', async () => {
    const { code, out } = await bundle(['verify', damaged(), '--json']);

    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      file: 'model.onnx',
      found: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('exits 2 where there is no bundle, and tells where it looked', async () => {
    const { code, err } = await bundle(['verify', 'nothing-of-the-kind']);

    expect(code).toBe(2);
    expect(err).toContain(join('models', 'nothing-of-the-kind'));
  });
});

describe('decant bundle show', () => {
  test('prints hash, tokens, targets and limits', async () => {
    const { index, targets } = await readBundle(shipped);

    const { code, out } = await bundle(['show']);

    expect(code).toBe(0);
    for (const word of [index.hash, 'up to 128 tokens', targets[0]?.name ?? '?', 'Limits', 'hold-out']) {
      expect(out).toContain(word);
    }
  });

  test('prints the card to programs', async () => {
    const { out } = await bundle(['show', '--json']);

    expect(JSON.parse(out)).toMatchObject({ name: 'chemberta-mtr-mini', card: { intendedUse: expect.any(Array) } });
  });
});

describe('decant bundle export', () => {
  test('writes a folder that is a bundle', async () => {
    const out = join(dir, 'copy');

    expect((await bundle(['export', '--out', out])).code).toBe(0);
    expect((await readBundle(out)).index).toEqual((await readBundle(shipped)).index);
  });

  test('writes an archive that import takes back', async () => {
    const archive = join(dir, 'mini.tgz');
    const { out } = await bundle(['export', '--out', archive]);
    const back = join(dir, 'back');

    expect(out).toMatch(/^[0-9a-f]{64} {2}/);
    expect((await bundle(['import', archive, '--out', back])).code).toBe(0);
    expect((await readBundle(back)).index).toEqual((await readBundle(shipped)).index);
  });
});

describe('decant bundle import', () => {
  test.each([
    [['nowhere'], 'there is no nowhere'],
    [['.', '--name', 'Not A Name'], "--name 'Not A Name'"],
    [['.', '--name', 'a', '--bundle-version', '1'], "--bundle-version '1'"],
    [['.', '--name', 'a', '--pooling', 'max'], "--pooling 'max'"],
    [[join(projectRoot(), 'package.json'), '--name', 'a'], 'neither the folder of a checkpoint nor'],
  ])('%j is misuse', async (argv, why) => {
    const { code, err } = await bundle(['import', ...argv]);

    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  test('says what to install where there is no Python', async () => {
    const out = join(dir, 'none');

    const { code, err } = await bundle(['import', dir, '--name', 'a', '--out', out], { DECANT_PYTHON: '/no/python' });

    expect(code).toBe(1);
    expect(err).toMatch(/the import of checkpoints needs Python 3\.11 or newer.*Install it/s);
    expect(existsSync(out)).toBe(false);
  });
});
