import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BundleIndex } from '../../protocol/bundle.ts';
import { projectRoot } from '../../local/root.ts';

const root = projectRoot();
const bundle = join(root, 'models', 'chemberta-mtr-mini');
const text = (...path: string[]): string => readFileSync(join(...path), 'utf8');
/** Standard output of a Python program that needs no package. */
const python = (code: string, ...args: string[]): string =>
  execFileSync(process.env['DECANT_PYTHON'] ?? 'python3', ['-B', '-c', code, ...args], { cwd: root, encoding: 'utf8' });

describe('the shipped bundle', () => {
  test('has a CARD.md that says what card.json says', () => {
    const made = python(
      'import json, sys; from models.recipe.markdown import render; sys.stdout.write(render(json.load(open(sys.argv[1]))))',
      join(bundle, 'card.json'),
    );
    expect(text(bundle, 'CARD.md')).toBe(made);
  });

  test('has the index that Python makes of its files, in the form that TypeScript reads', () => {
    const made = python(
      'import json, sys; from pathlib import Path; from models.convert.bundle import bundle_hash, files_of; ' +
        'f = files_of(Path(sys.argv[1])); print(json.dumps({"files": f, "hash": bundle_hash(f)}))',
      bundle,
    );
    const index = BundleIndex.parse(JSON.parse(text(bundle, 'bundle.json')));
    expect({ files: index.files, hash: index.hash }).toEqual(JSON.parse(made));
  });

  test('has the vocabulary of the recipe, and so has the checkpoint among the fixtures', () => {
    const vocabulary = text(root, 'models', 'recipe', 'vocab.txt');
    expect(text(bundle, 'tokenizer', 'vocab.txt')).toBe(vocabulary);
    expect(text(root, 'test', 'fixtures', 'chemistry', 'checkpoint', 'vocab.txt')).toBe(vocabulary);
  });

  test('has a card with the name and version of its index', () => {
    const index = BundleIndex.parse(JSON.parse(text(bundle, 'bundle.json')));
    const card = JSON.parse(text(bundle, 'card.json')) as { name: string; version: string };
    expect([card.name, card.version]).toEqual([index.name, index.version]);
  });
});

describe('versions that decide numbers', () => {
  const locked = text(root, 'models', 'recipe', 'requirements.txt');
  const pin = (name: string): string => new RegExp(`^${name}==(\\S+)`, 'm').exec(locked)?.[1] ?? '';
  const { dependencies } = JSON.parse(text(root, 'package.json')) as { dependencies: Record<string, string> };

  test('of ONNX Runtime are the same in the recipe and in Node', () => {
    expect(pin('onnxruntime')).toBe(dependencies['onnxruntime-node']);
  });

  test('of RDKit are the same in the recipe and in Node, but for the zeros that they are written with', () => {
    const parts = (version = ''): number[] => version.split(/[.-]/).slice(0, 3).map(Number);
    expect(parts(pin('rdkit'))).toEqual(parts(dependencies['@rdkit/rdkit']));
  });
});
