/** ONNX Runtime: token ids in, vectors out, whatever the order and the batch-mates. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { BATCH_TOKENS, batchesOf } from './batches.ts';

export interface EncoderModel {
  /** Bytes of model.onnx. */
  readonly model: Uint8Array;
  /** Components of an embedding. */
  readonly dimension: number;
  /** Numbers of the output `prediction`; 0 where the model has none. */
  readonly targets: number;
  /** Id that fills a batch up. */
  readonly pad: number;
}

/** Rows in the order of the ids, one after another. */
export interface Vectors {
  /** [n × dimension] */
  readonly embedding: Float32Array;
  /** [n × targets], as the model answers: not in units. */
  readonly prediction: Float32Array;
}

const OPTIONS: InferenceSession.SessionOptions = {
  // Numbers would be the same with more; throughput comes from processes, and a request's share of the machine is one core.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Shapes vary: an arena grows to the largest batch and never shrinks.
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 3,
};

export class Encoder {
  readonly #session: InferenceSession;
  readonly #shape: EncoderModel;
  readonly #batchTokens: number;

  private constructor(session: InferenceSession, shape: EncoderModel, batchTokens: number) {
    this.#session = session;
    this.#shape = shape;
    this.#batchTokens = batchTokens;
  }

  /** Open one in a process: sessions in several threads of one have crashed. */
  static async open(shape: EncoderModel, batchTokens = BATCH_TOKENS): Promise<Encoder> {
    return new Encoder(await InferenceSession.create(shape.model, OPTIONS), shape, batchTokens);
  }

  /** Vectors of rows of ids, the special ones included. Rows must be no longer than the model reads, and not empty. */
  async run(rows: readonly (readonly number[])[]): Promise<Vectors> {
    const { dimension, targets } = this.#shape;
    const embedding = new Float32Array(rows.length * dimension);
    const prediction = new Float32Array(rows.length * targets);
    const lengths = rows.map((row) => row.length);
    for (const batch of batchesOf(lengths, this.#batchTokens)) {
      const found = await this.#session.run(this.#feeds(rows, batch));
      scatter(found['embedding'], batch, dimension, embedding);
      if (targets > 0) scatter(found['prediction'], batch, targets, prediction);
      for (const tensor of Object.values(found)) tensor.dispose();
    }
    return { embedding, prediction };
  }

  /** Gives the model's memory back. */
  close(): Promise<void> {
    return this.#session.release();
  }

  /** Padded on the right: positions are counted from the left. */
  #feeds(rows: readonly (readonly number[])[], batch: readonly number[]): Record<string, Tensor> {
    const length = rows[batch.at(-1) ?? -1]?.length ?? 0;
    const shape = [batch.length, length];
    // 64-bit numbers written as two halves, lower first: many times faster than as BigInt.
    const ids = new Int32Array(2 * batch.length * length);
    const mask = new Int32Array(2 * batch.length * length);
    const { pad } = this.#shape;
    for (const [i, place] of batch.entries()) {
      const row = rows[place] ?? [];
      for (let t = 0, at = 2 * i * length; t < length; t += 1, at += 2) {
        ids[at] = row[t] ?? pad;
        mask[at] = t < row.length ? 1 : 0;
      }
    }
    return {
      input_ids: new Tensor('int64', new BigInt64Array(ids.buffer), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(mask.buffer), shape),
    };
  }
}

function scatter(tensor: Tensor | undefined, batch: readonly number[], width: number, into: Float32Array): void {
  const data = tensor?.data;
  if (!data || data.length !== batch.length * width) throw new Error('the model does not answer what its bundle says');
  const rows = data as Float32Array;
  for (const [i, place] of batch.entries()) into.set(rows.subarray(i * width, (i + 1) * width), place * width);
}
