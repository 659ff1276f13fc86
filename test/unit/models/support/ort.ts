/** Runs a model.onnx with nothing of the product in between: an own tokenizer, bare ONNX Runtime. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const TOKEN = /\[[^\]]+]|Br?|Cl?|[NOSPFIbcnosp()=#+\\/:~@?*$.-]|>>?|%[0-9]{2}|[0-9]/g;

export interface Answers {
  /** Row after row, in the order of the molecules. */
  readonly embedding: Float32Array;
  readonly prediction: Float32Array;
}

export class Model {
  private readonly session: InferenceSession;
  private readonly vocabulary: ReadonlyMap<string, number>;
  private constructor(session: InferenceSession, vocabulary: ReadonlyMap<string, number>) {
    this.session = session;
    this.vocabulary = vocabulary;
  }

  static async load(folder: string): Promise<Model> {
    const tokens = readFileSync(join(folder, 'tokenizer', 'vocab.txt'), 'utf8')
      .replace(/\n$/, '')
      .split('\n');
    const session = await InferenceSession.create(join(folder, 'model.onnx'), { intraOpNumThreads: 1 });
    return new Model(session, new Map(tokens.map((token, id) => [token, id])));
  }

  ids(smiles: string): number[] {
    const tokens = smiles.match(TOKEN) ?? [];
    if (tokens.join('') !== smiles) throw new Error(`lost characters of ${smiles}`);
    return [12, ...tokens.map((token) => this.vocabulary.get(token) ?? 11), 13];
  }

  /** Answers for molecules in batches of their own order. */
  async run(smiles: readonly string[], batch: number): Promise<Answers> {
    const parts: Answers[] = [];
    for (let i = 0; i < smiles.length; i += batch) parts.push(await this.runOne(smiles.slice(i, i + batch)));
    const joined = (key: keyof Answers): Float32Array => Float32Array.from(parts.flatMap((part) => [...part[key]]));
    return { embedding: joined('embedding'), prediction: joined('prediction') };
  }

  private async runOne(smiles: readonly string[]): Promise<Answers> {
    const rows = smiles.map((s) => this.ids(s));
    const width = Math.max(...rows.map((row) => row.length));
    const padded = rows.flatMap((row) => Array.from({ length: width }, (_, i) => BigInt(row[i] ?? 0)));
    const mask = padded.map((id) => (id === 0n ? 0n : 1n));
    const tensor = (values: bigint[]): Tensor =>
      new Tensor('int64', BigInt64Array.from(values), [smiles.length, width]);
    const out = await this.session.run({ input_ids: tensor(padded), attention_mask: tensor(mask) });
    return { embedding: out['embedding']?.data as Float32Array, prediction: out['prediction']?.data as Float32Array };
  }
}
