/** Writes objects of sensitive datasets with the key of their class, wherever in a program the write is. */
import type { S3Client } from '@aws-sdk/client-s3';
import { TransformerEnv } from '../protocol/env.ts';
import { sealRules, SEALINGS, type SealRule, type Sealings } from '../protocol/sealing.ts';

interface Write {
  Bucket?: string;
  Key?: string;
  ServerSideEncryption?: string;
  SSEKMSKeyId?: string;
  BucketKeyEnabled?: boolean;
}

/** Commands that decide how an object is encrypted; parts of an upload follow the upload. */
const WRITES: readonly string[] = ['PutObjectCommand', 'CreateMultipartUploadCommand', 'CopyObjectCommand'];

/** Adds the rules to a client. An object that no rule is about gets its bucket's default. */
export function seal(client: S3Client, rules: readonly SealRule[]): S3Client {
  if (rules.length === 0) return client;
  client.middlewareStack.add(
    (next, context) => (args) => {
      const input = args.input as Write;
      const rule = WRITES.includes(context.commandName ?? '')
        ? rules.find((r) => r.bucket === input.Bucket && input.Key?.startsWith(r.prefix))
        : undefined;
      if (!rule) return next(args);
      const sealed: Write = {
        ...input,
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: rule.key,
        BucketKeyEnabled: true,
      };
      return next({ ...args, input: sealed as typeof args.input });
    },
    { step: 'initialize', name: 'sealByClass' },
  );
  return client;
}

/** The rules that a program was started with; none where nothing is sensitive. Throws when they are not readable. */
export function rulesOf(env: NodeJS.ProcessEnv): SealRule[] {
  const text = env[SEALINGS];
  if (!text) return [];
  const name = (variable: string): string => {
    const value = env[variable];
    if (!value) throw new Error(`${SEALINGS} is set, and ${variable} is not`);
    return value;
  };
  return sealRules(JSON.parse(text) as Sealings, {
    transformed: name(TransformerEnv.transformedBucket),
    work: name(TransformerEnv.workBucket),
    quarantine: name(TransformerEnv.quarantineBucket),
  });
}
