/** Snowball orders, step by step, called by their workflow. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SnowballEnv } from '../../protocol/env.ts';
import { Snowball, type SnowballCall } from '../../protocol/snowball.ts';
import { clientConfig, s3Client } from '../../runtime/aws.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import { snowballClient } from '../../runtime/snowball/client.ts';
import { step, type SnowballAnswer, type SnowballWork } from './workflow.ts';

let work: SnowballWork | undefined;

function setUp(): SnowballWork {
  const env = readEnv(SnowballEnv);
  return {
    ...env,
    existingCustomer: env.existingCustomer === 'true',
    device: Snowball.shape.device.parse(env.deviceType),
    shipping: Snowball.shape.shipping.parse(env.shipping),
    importRoles: JSON.parse(env.importRoles) as Record<string, string>,
    lookSec: Number(env.lookSec),
    snowball: snowballClient(),
    secrets: new SecretsManagerClient(clientConfig()),
    s3: s3Client(),
    countStuck: (dataset, stuck) =>
      console.log(emfLine(env.environment, dataset, { SnowballJobsStuck: stuck ? 1 : 0 })),
  };
}

export async function handler(call: SnowballCall): Promise<SnowballAnswer> {
  work ??= setUp();
  const answer = await step(work, call);
  console.log(JSON.stringify({ message: call.action, ...answer }));
  return answer;
}
