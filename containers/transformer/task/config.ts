/** What a task is told by its definition and by whoever runs it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { TransformerEnv, TransformerInput } from '../../../protocol/env.ts';
import { readEnv } from '../../../runtime/env.ts';

/** Which work: exactly one of the three. */
export type Work =
  | { readonly kind: 'shard'; readonly key: string }
  | { readonly kind: 'list'; readonly key: string }
  | { readonly kind: 'object'; readonly key: string };

export interface TaskConfig {
  readonly environment: string;
  readonly rawBucket: string;
  readonly workBucket: string;
  readonly transformedBucket: string;
  readonly quarantineBucket: string;
  readonly ledgerTable: string;
  readonly catalogDatabase: string;
  readonly memoryMiB: number;
  readonly threads: number;
  /** Folder of this process alone; removed at the end. */
  readonly scratch: string;
  readonly scratchBytes: number;
  readonly work: Work;
  /** Execution name, which becomes the `_run` of every row if this is the shard's first attempt. */
  readonly run: string;
  readonly attempt: number;
  /** attempt × 1000 + retry: the larger one wins a claim. */
  readonly fence: number;
  /** Unique to this process. */
  readonly owner: string;
}

/** The task was started wrongly: trying again cannot help. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
}

/** Room on the disk that the image, logs and the file system itself need. */
const RESERVED_BYTES = 512 * 1024 ** 2;
/** Retries of one attempt stay below this, so that fences of attempts never meet. */
const MAX_RETRY = 999;

function positive(name: string, text: string | undefined, fallback?: number): number {
  const value = text === undefined || text === '' ? fallback : Number(text);
  if (value === undefined || !Number.isFinite(value) || value <= 0) {
    throw new MisuseError(`${name} must be a positive number, got "${text ?? ''}"`);
  }
  return value;
}

function workOf(env: NodeJS.ProcessEnv): Work {
  const given = (
    [
      ['shard', env[TransformerInput.shardKey]],
      ['list', env[TransformerInput.shardListKey]],
      ['object', env[TransformerInput.inputKey]],
    ] as const
  ).filter(([, key]) => key);
  const only = given[0];
  if (given.length !== 1 || !only) {
    const { shardKey, shardListKey, inputKey } = TransformerInput;
    throw new MisuseError(`set exactly one of ${shardKey}, ${shardListKey} and ${inputKey}; ${given.length} are set`);
  }
  return { kind: only[0], key: only[1] ?? '' };
}

/** Reads the environment. Throws a MisuseError that names what is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): TaskConfig {
  let values;
  try {
    values = readEnv(TransformerEnv, env);
  } catch (cause) {
    throw new MisuseError((cause as Error).message, { cause });
  }
  const { memoryMiB, vcpu, scratchGiB, ...names } = values;
  const attempt = positive(TransformerInput.attempt, env[TransformerInput.attempt], 1);
  const retry = Math.min(MAX_RETRY, Math.max(0, Math.trunc(Number(env[TransformerInput.retry] ?? 0)) || 0));
  const owner = randomUUID();
  return {
    ...names,
    memoryMiB: positive(TransformerEnv.memoryMiB, memoryMiB),
    threads: Math.max(1, Math.floor(positive(TransformerEnv.vcpu, vcpu))),
    scratch: join(env['TMPDIR'] || '/tmp', `decant-${owner}`),
    scratchBytes: Math.max(
      RESERVED_BYTES,
      positive(TransformerEnv.scratchGiB, scratchGiB) * 1024 ** 3 - RESERVED_BYTES,
    ),
    work: workOf(env),
    run: env[TransformerInput.run] || `by-hand-${owner}`,
    attempt,
    fence: attempt * 1000 + retry,
    owner,
  };
}
