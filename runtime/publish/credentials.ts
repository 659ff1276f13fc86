/** The database's user, as Secrets Manager keeps it. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { clientConfig } from '../aws.ts';
import { UserError } from '../errors.ts';
import type { Credentials } from './database.ts';

const Secret = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** Reads the secret's text. Throws a UserError that says what is missing, never what is there. */
export function readCredentials(secret: string, text: string | undefined): Credentials {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    value = undefined;
  }
  const parsed = Secret.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(
    `secret ${secret} must hold JSON with "username" and "password"; put it there with: ` +
      `aws secretsmanager put-secret-value --secret-id ${secret} --secret-string file://credentials.json`,
    { exitCode: 1 },
  );
}

/** Asks Secrets Manager for them. */
export async function credentialsOf(secret: string): Promise<Credentials> {
  const client = new SecretsManagerClient(clientConfig());
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return readCredentials(secret, SecretString);
}
