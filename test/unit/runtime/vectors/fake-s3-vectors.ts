/** S3 Vectors at the boundary of its client: what the documentation says of PutVectors and QueryVectors, in memory; distances are fp32. */
import {
  PutVectorsCommand,
  QueryVectorsCommand,
  TooManyRequestsException,
  ValidationException,
  type PutInputVector,
  type S3VectorsClient,
} from '@aws-sdk/client-s3vectors';

const PAGE = 100;
const MAX_VECTORS = 500;

export class FakeS3Vectors {
  readonly vectors = new Map<string, PutInputVector>();
  /** Vectors of each request that was taken. */
  readonly requests: number[] = [];
  /** Requests to refuse as too many. */
  busy = 0;
  private readonly dimension: number;

  constructor(dimension: number) {
    this.dimension = dimension;
  }

  readonly client = {
    send: (command: unknown): Promise<unknown> => {
      if (command instanceof PutVectorsCommand) return this.put(command.input.vectors ?? []);
      if (command instanceof QueryVectorsCommand) return this.query(command.input);
      return Promise.reject(new Error('no such operation'));
    },
  } as unknown as S3VectorsClient;

  private put(vectors: readonly PutInputVector[]): Promise<unknown> {
    if (this.busy > 0) {
      this.busy--;
      return Promise.reject(new TooManyRequestsException({ message: 'slow down', $metadata: {} }));
    }
    if (vectors.length === 0 || vectors.length > MAX_VECTORS) return refuse(`${vectors.length} vectors`);
    for (const v of vectors) {
      const values = v.data?.float32 ?? [];
      if (values.length !== this.dimension) return refuse('dimension');
      if (!values.every(Number.isFinite) || values.every((x) => x === 0)) return refuse('no direction');
      this.vectors.set(v.key ?? '', v);
    }
    this.requests.push(vectors.length);
    return Promise.resolve({});
  }

  private query(input: QueryVectorsCommand['input']): Promise<unknown> {
    const query = input.queryVector?.float32 ?? [];
    const from = Number(input.nextToken ?? 0);
    const all = [...this.vectors.values()]
      .map((v) => ({
        key: v.key,
        metadata: v.metadata,
        distance: Math.fround(1 - cosine(query, v.data?.float32 ?? [])),
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, input.topK);
    const to = from + PAGE;
    return Promise.resolve({
      vectors: all.slice(from, to),
      distanceMetric: 'cosine',
      nextToken: to < all.length ? String(to) : undefined,
    });
  }
}

const refuse = (message: string): Promise<never> => Promise.reject(new ValidationException({ message, $metadata: {} }));

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((n, v, i) => n + v * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
