/** The measured side in Node: one question a process, told as JSON in its first argument. */
import { readFileSync } from 'node:fs';
import { readBundle } from '../../runtime/bundle/read.ts';
import { BATCH_TOKENS } from '../../runtime/inference/batches.ts';
import { Encoder } from '../../runtime/inference/encoder.ts';
import { Predictor } from '../../runtime/inference/predictor.ts';
import { Tokenizer } from '../../runtime/inference/tokenizer.ts';
import { rowsInKernel } from '../../runtime/search/kernel.ts';
import { nearest } from '../../runtime/vectors/nearest.ts';

export type Question =
  | { readonly kind: 'start'; readonly bundle: string }
  | { readonly kind: 'tokens' | 'chemistry' | 'predict'; readonly bundle: string; readonly texts: string }
  | {
      readonly kind: 'order';
      readonly model: string;
      readonly dimension: number;
      readonly ids: string;
      /** Molecules of a batch in input order; 0 for ours, sorted by length. */
      readonly batch: number;
    }
  | { readonly kind: 'search'; readonly rows: number; readonly dimension: number; readonly k: number };

const lines = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const cpu = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

/** CPU and wall seconds of the last of some rounds; the first finds cold code. */
async function timed(work: () => unknown, rounds = 3): Promise<{ cpuSec: number; wallMs: number }> {
  const found: { cpuSec: number; wallMs: number }[] = [];
  for (let i = 0; i <= rounds; i++) {
    const [before, started] = [cpu(), performance.now()];
    await work();
    found.push({ cpuSec: cpu() - before, wallMs: performance.now() - started });
  }
  const middle = (of: (f: (typeof found)[number]) => number) =>
    found
      .slice(1)
      .map(of)
      .sort((a, b) => a - b)[Math.floor((rounds - 1) / 2)] ?? NaN;
  return { cpuSec: middle((f) => f.cpuSec), wallMs: middle((f) => f.wallMs) };
}

async function answer(question: Question): Promise<object> {
  switch (question.kind) {
    case 'start': {
      const predictor = await Predictor.open(question.bundle);
      const [found] = await predictor.predict(['CC(=O)Oc1ccccc1C(=O)O']);
      if (!found?.ok) throw new Error('there is no prediction');
      return { cpuSec: cpu() };
    }
    case 'tokens': {
      const bundle = await readBundle(question.bundle);
      const tokenizer = new Tokenizer(bundle);
      const { model, index, targets } = bundle;
      const encoder = await Encoder.open({
        model,
        dimension: index.dimension,
        targets: targets.length,
        pad: tokenizer.pad,
      });
      const texts = lines(question.texts);
      return timed(() =>
        encoder.run(
          texts.map((text) => {
            const encoded = tokenizer.encode(text);
            return 'ok' in encoded ? encoded.ids : [];
          }),
        ),
      );
    }
    case 'chemistry': {
      const { toolkit } = await Predictor.open(question.bundle);
      const texts = lines(question.texts);
      return timed(async () => {
        for (const text of texts) await toolkit.standardize(text);
      }, 1);
    }
    case 'predict': {
      const predictor = await Predictor.open(question.bundle);
      const texts = lines(question.texts);
      return timed(() => predictor.predict(texts), 1);
    }
    case 'order': {
      const { model, dimension, batch } = question;
      const ids = lines(question.ids).map((line) => JSON.parse(line) as number[]);
      const shape = { model: readFileSync(model), dimension, targets: 0, pad: 0 };
      const encoder = await Encoder.open(shape, batch === 0 ? BATCH_TOKENS : Infinity);
      return timed(async () => {
        if (batch === 0) return encoder.run(ids);
        for (let from = 0; from < ids.length; from += batch) await encoder.run(ids.slice(from, from + batch));
        return undefined;
      }, 1);
    }
    case 'search': {
      const { rows, dimension, k } = question;
      const vectors = rowsInKernel(rows, dimension);
      let state = 1;
      for (let i = 0; i < vectors.length; i += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        vectors[i] = (state / 2 ** 32 - 0.5) * Math.sqrt(12 / dimension);
      }
      const file = { count: rows, dimension, vectors, text: (row: number) => [String(row), '', ''] as const };
      const vector = vectors.slice(5 * dimension, 6 * dimension);
      return timed(() => nearest(file, { vector, k }), 7);
    }
  }
}

console.log(JSON.stringify(await answer(JSON.parse(process.argv[2] ?? '') as Question)));
