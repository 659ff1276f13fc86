/** A bundle is read whole or refused. */
import { appendFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BundleError } from '../../../../runtime/bundle/errors.ts';
import { readBundle } from '../../../../runtime/bundle/read.ts';
import { sha256 } from '../../../../runtime/bundle/hash.ts';
import { config, files, head, indexOf, reference, writeBundle, type Files, type Index } from './sample.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function bundle(contents?: Files, index?: Index): string {
  const folder = writeBundle(contents, index);
  folders.push(folder);
  return folder;
}

const without = (...paths: string[]): Files =>
  Object.fromEntries(Object.entries(files()).filter(([path]) => !paths.includes(path)));

async function refusal(folder: string): Promise<BundleError> {
  const error = await readBundle(folder).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(BundleError);
  return error as BundleError;
}

describe('readBundle', () => {
  test('gives what a whole bundle holds', async () => {
    const read = await readBundle(bundle());

    expect(read).toMatchObject({ index: { name: 'sample' }, reference, targets: [{ name: 'MolWt' }] });
    expect([...(read.referenceVectors ?? [])]).toEqual([1, 0, -2, 0.5]);
    expect(read.vocabulary).toMatchObject({ pad: 0, unknown: 1, first: 2, last: 3 });
    expect(read.vocabulary.ids.get('c')).toBe(5);
  });

  test('gives a head with the hash of its file', async () => {
    const read = await readBundle(bundle());

    expect(read.heads).toEqual([{ ...head, sha256: sha256(JSON.stringify(head)) }]);
  });

  test('gives no targets, reference or heads where a bundle has none', async () => {
    const bare = without('targets.json', 'reference.json', 'reference.f16', 'heads/solubility.json');

    const read = await readBundle(bundle(bare));

    expect(read).toMatchObject({ targets: [], reference: undefined, referenceVectors: undefined, heads: [] });
  });

  test('refuses a changed file by its name, with the expected and the found hash', async () => {
    const folder = bundle();
    writeFileSync(join(folder, 'model.onnx'), new Uint8Array([1, 2, 4]));

    const error = await refusal(folder);

    const [expected, found] = [sha256(new Uint8Array([1, 2, 3])), sha256(new Uint8Array([1, 2, 4]))];
    expect(error).toMatchObject({ file: 'model.onnx', expected, found, exitCode: 3 });
    expect(error.message).toContain(`model.onnx has SHA-256 ${found} instead of ${expected}`);
  });

  test.each(Object.keys(files()))('refuses one more byte in %s', async (path) => {
    const folder = bundle();
    appendFileSync(join(folder, path), ' ');

    expect((await refusal(folder)).file).toBe(path);
  });

  test('refuses a missing file', async () => {
    const folder = bundle();
    unlinkSync(join(folder, 'tokenizer/vocab.txt'));

    expect((await refusal(folder)).message).toContain('tokenizer/vocab.txt is missing');
  });

  test('refuses a file that nobody vouches for', async () => {
    const folder = bundle();
    writeFileSync(join(folder, 'heads/mine.json'), '{}');

    expect((await refusal(folder)).message).toContain('heads/mine.json is not listed');
  });

  test('passes over what a system leaves behind', async () => {
    const folder = bundle();
    writeFileSync(join(folder, '.DS_Store'), '');

    await expect(readBundle(folder)).resolves.toBeDefined();
  });

  test('refuses a link', async () => {
    const folder = bundle();
    symlinkSync(join(folder, 'config.json'), join(folder, 'link.json'));

    expect((await refusal(folder)).message).toContain('link.json is no');
  });

  test('refuses a bundle hash that its files do not make', async () => {
    const index = { ...indexOf(files()), hash: '0'.repeat(64) };

    expect(await refusal(bundle(files(), index))).toMatchObject({ file: 'bundle.json', expected: '0'.repeat(64) });
  });

  test('refuses an index that leads out of the folder', async () => {
    const index = indexOf(files());
    index.files['../elsewhere'] = { sha256: '0'.repeat(64), bytes: 0 };

    expect((await refusal(bundle(files(), index))).message).toContain("'../elsewhere'");
  });

  test('refuses a folder without an index', async () => {
    const folder = bundle();
    unlinkSync(join(folder, 'bundle.json'));

    expect((await refusal(folder)).message).toContain('bundle.json cannot be read');
  });

  const misfits: [string, Partial<Record<string, string | Uint8Array>>, string][] = [
    [
      'another dimension in the config',
      { 'config.json': JSON.stringify({ ...config, hidden_size: 4 }) },
      'config.json',
    ],
    ['too few positions', { 'config.json': JSON.stringify({ ...config, pad_token_id: 1 }) }, 'config.json'],
    ['another activation', { 'config.json': JSON.stringify({ ...config, hidden_act: 'relu' }) }, 'config.json'],
    [
      'more words than the model has',
      { 'config.json': JSON.stringify({ ...config, vocab_size: 5 }) },
      'tokenizer/vocab.txt',
    ],
    ['a vocabulary without [SEP]', { 'tokenizer/vocab.txt': '[PAD]\n[UNK]\n[CLS]' }, 'tokenizer/vocab.txt'],
    [
      'a head of another width',
      { 'heads/solubility.json': JSON.stringify({ ...head, center: [0] }) },
      'heads/solubility.json',
    ],
    [
      'a head that scales by 0',
      { 'heads/solubility.json': JSON.stringify({ ...head, scale: [1, 0] }) },
      'heads/solubility.json',
    ],
    ['a head under another name', { 'heads/other.json': JSON.stringify({ ...head, name: 'third' }) }, 'heads/'],
    ['too few reference vectors', { 'reference.f16': new Uint8Array([0, 0, 0, 0]) }, 'reference.f16'],
    ['half a number', { 'reference.f16': new Uint8Array([0]) }, 'reference.f16'],
    ['NaN', { 'reference.f16': new Uint8Array([0, 0x7e, 0, 0, 0, 0, 0, 0]) }, 'reference.f16'],
    ['a card that is no JSON', { 'card.json': '{' }, 'card.json'],
  ];
  test.each(misfits)('refuses %s, though every hash is right', async (_title, change, file) => {
    const contents = { ...files(), ...change } as Files;

    expect((await refusal(bundle(contents))).file).toBe(file);
  });

  test('refuses reference vectors without their description', async () => {
    expect((await refusal(bundle(without('reference.json')))).file).toBe('reference.json');
  });
});
