/** Publishes what one run of the embedding job wrote: rows of the estate's database, and files. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransformerEnv } from '../../protocol/env.ts';
import type { EmbedSummary } from '../../protocol/embeddings.ts';
import { Publish, PublishEnv, PublishInput } from '../../protocol/publish.ts';
import { TransformerExit } from '../../protocol/workflow.ts';
import { s3Client } from '../../runtime/aws.ts';
import { readEnv } from '../../runtime/env.ts';
import { credentialsOf } from '../../runtime/publish/credentials.ts';
import { publishFiles } from '../../runtime/publish/publish.ts';
import { filesOfRun } from '../../runtime/publish/source.ts';
import type { Log } from './task/log.ts';

/** Where the definition does not say: what the smallest task has. */
const DEFAULTS = { memoryMiB: 2048, vcpu: 1, scratchGiB: 20 };

/** Publishes one run; the exit code of the task. */
export async function runPublish(log: Log, source: NodeJS.ProcessEnv = process.env): Promise<number> {
  const env = readEnv({ ...PublishEnv, ...PublishInput }, source);
  const s3 = s3Client();
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(env.summary) ?? [];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const summary = JSON.parse((await Body?.transformToString()) ?? '') as EmbedSummary;
  const files = await filesOfRun(s3, env.transformedBucket, summary);
  const scratch = await mkdtemp(join(tmpdir(), 'publish-'));
  const sized = (name: string, fallback: number): number => Number(source[name] ?? fallback);
  try {
    const published = await publishFiles(
      {
        ...{ s3, transformedBucket: env.transformedBucket, publish: Publish.parse(JSON.parse(env.publish)) },
        credentials: credentialsOf,
        duck: {
          scratch,
          memoryMiB: sized(TransformerEnv.memoryMiB, DEFAULTS.memoryMiB),
          threads: sized(TransformerEnv.vcpu, DEFAULTS.vcpu),
          scratchBytes: sized(TransformerEnv.scratchGiB, DEFAULTS.scratchGiB) * 2 ** 30,
        },
        onFile: ({ file, rows, loaded }) =>
          log('info', 'published', { key: file.key, rows, inserted: loaded?.inserted, updated: loaded?.updated }),
      },
      files,
    );
    log('info', 'done', { run: summary.run, dataset: summary.dataset, ...published });
    return TransformerExit.done;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
