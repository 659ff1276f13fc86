/** Catalog registration, called by the ingest workflow once a shard, or the shards of a list, are committed. */
import { GlueClient } from '@aws-sdk/client-glue';
import { RegisterEnv } from '../../protocol/env.ts';
import type { RegisterInput, RegisterOutput } from '../../protocol/workflow.ts';
import { clientConfig, s3Client } from '../../runtime/aws.ts';
import { readEnv } from '../../runtime/env.ts';
import { register, type Registry } from '../../runtime/catalog/register.ts';

let registry: Registry | undefined;

function setUp(): Registry {
  const { workBucket, transformedBucket, quarantineBucket, catalogDatabase } = readEnv(RegisterEnv);
  return {
    s3: s3Client(),
    glue: new GlueClient(clientConfig()),
    workBucket,
    transformedBucket,
    quarantineBucket,
    database: catalogDatabase,
  };
}

export async function handler(input: RegisterInput): Promise<RegisterOutput> {
  registry ??= setUp();
  const output = await register(registry, input);
  console.log(JSON.stringify({ message: 'registered', run: input.run, ...output }));
  return output;
}
