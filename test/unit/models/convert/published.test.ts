/** `decant bundle import` of checkpoints of the published shapes, with random weights and tokenizer files in their published layout. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { main } from '../../../../cli/program.ts';
import type { Io } from '../../../../cli/verb.ts';
import { projectRoot } from '../../../../local/root.ts';
import { readBundle, type Bundle } from '../../../../runtime/bundle/read.ts';
import { BpeTokenizer } from '../../../../runtime/inference/bpe.ts';
import { pythonOf } from '../support/environments.ts';

let dir = '';
let python = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'published-'));
  python = await pythonOf('convert')();
}, 600_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function decant(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const stream = (name: 'out' | 'err') =>
    ({ write: (t: string) => Boolean((said[name] += t)) }) as unknown as NodeJS.WritableStream;
  const io: Io = { out: stream('out'), err: stream('err'), env: process.env, exitCode: 0 };
  return { code: await main(argv, io), ...said };
}

/** Folder of a new checkpoint. */
function checkpoint(kind: string, format: string): string {
  const folder = join(dir, kind);
  const maker = join(projectRoot(), 'test', 'unit', 'models', 'convert', 'checkpoints.py');
  const made = spawnSync(python, ['-B', maker, kind, folder, '--format', format], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return folder;
}

interface Shape {
  readonly kind: string;
  readonly format: string;
  readonly options: readonly string[];
  readonly expected: object;
  readonly parameters: number;
}

const shapes: Shape[] = [
  {
    kind: '77m-mtr',
    format: 'safetensors',
    options: ['--bug-compatible'],
    expected: { pooling: 'cls', dimension: 384, maxTokens: 512, tokenizer: { kind: 'bpe', bugCompatible: true } },
    parameters: 3_279_600,
  },
  {
    kind: '77m-mlm',
    format: 'zip',
    options: ['--bug-compatible'],
    expected: { pooling: 'mean', dimension: 384, maxTokens: 512, tokenizer: { kind: 'bpe', bugCompatible: true } },
    parameters: 3_279_600,
  },
  {
    kind: 'zinc-base',
    format: 'safetensors',
    options: [],
    expected: { pooling: 'mean', dimension: 768, maxTokens: 512, tokenizer: { kind: 'bpe', bugCompatible: false } },
    parameters: 43_513_344,
  },
  {
    kind: 'smiles-tokenizer',
    format: 'legacy',
    options: [],
    expected: { pooling: 'mean', dimension: 768, maxTokens: 512, tokenizer: { kind: 'smiles', bugCompatible: false } },
    parameters: 43_385_856,
  },
];

describe.each(shapes)('a checkpoint like $kind, weights as $format', (shape) => {
  let done: { parameters: number; proof: { embedding: number; prediction: number | null }; targets: number };
  let bundle: Bundle;
  beforeAll(async () => {
    const source = checkpoint(shape.kind, shape.format);
    const out = join(dir, 'out', shape.kind);
    const said = await decant('bundle', 'import', source, '--out', out, '--json', ...shape.options);
    if (said.code !== 0) throw new Error(said.err);
    done = JSON.parse(said.out) as typeof done;
    bundle = await readBundle(out);
    rmSync(source, { recursive: true });
  }, 900_000);

  test('is a bundle of that shape', () => {
    expect(bundle.index).toMatchObject(shape.expected);
    expect(done.parameters).toBe(shape.parameters);
  });

  test('computes what an independent forward pass computes, to 1e-5', () => {
    expect(Math.max(done.proof.embedding, done.proof.prediction ?? 0)).toBeLessThanOrEqual(1e-5);
    expect(done.proof.embedding).toBeGreaterThan(0);
  });

  test('has the descriptors as targets where the checkpoint predicts them', () => {
    const names = bundle.targets.map((t) => t.name);
    expect(names).toHaveLength(shape.kind === '77m-mtr' ? 199 : 0);
    expect(names[5]).toBe(shape.kind === '77m-mtr' ? 'MolWt' : undefined);
  });

  test('tells in its card where it came from and what was left out', () => {
    expect(bundle.card).toMatchObject({ import: { dropped: expect.arrayContaining(['embeddings.position_ids']) } });
  });
});

describe('the tokenizer that was published broken', () => {
  const smiles = 'COC1=C(C=C2C(=C1)CCN=C2C3=CC(=C(C=C3)Cl)Cl)Cl';

  test('is refused unless it is asked for, and nothing is written', async () => {
    const out = join(dir, 'refused');

    const { code, err } = await decant('bundle', 'import', checkpoint('77m-mlm', 'zip'), '--out', out);

    expect(code).toBe(1);
    expect(err).toContain('Cl is read as C');
    expect(existsSync(out)).toBe(false);
  });

  test('gives the tokens that users reported of the published files', async () => {
    const { vocabulary } = await readBundle(join(dir, 'out', '77m-mtr'));
    // bert-loves-chemistry, issue 60.
    const reported = 'C O C 1 = C ( C = C 2 C ( = C 1 ) C C N = C 2 C 3 = C C ( = C ( C = C 3 ) C ) C ) C';

    expect(new BpeTokenizer(vocabulary).tokenize(smiles).tokens.join(' ')).toBe(reported);
  });

  test('gives chlorobenzene and toluene the same ids, and says that characters are lost', async () => {
    const tokenizer = new BpeTokenizer((await readBundle(join(dir, 'out', '77m-mtr'))).vocabulary);

    const chlorobenzene = tokenizer.tokenize('Clc1ccccc1');

    expect(chlorobenzene.ids).toEqual(tokenizer.tokenize('Cc1ccccc1').ids);
    expect(chlorobenzene).toMatchObject({ lost: 1, unknown: 1 });
  });
});

test('a bundle that is imported survives its archive', async () => {
  const archive = join(dir, 'mtr.tar.gz');
  const [from, to] = [join(dir, 'out', '77m-mtr'), join(dir, 'again')];

  await decant('bundle', 'export', from, '--out', archive);
  await decant('bundle', 'import', archive, '--out', to);

  expect(readFileSync(join(to, 'bundle.json'))).toEqual(readFileSync(join(from, 'bundle.json')));
});
