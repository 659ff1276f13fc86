/** Reads one secret. A file of its own: the SDK is loaded only by those who need it. */
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '../aws.ts';
import { UserError } from '../errors.ts';

/** The text of a secret, by name or ARN. Throws a UserError when it is not there, or holds no text. */
export async function readSecret(secret: string): Promise<string> {
  try {
    const { SecretString } = await new SecretsManagerClient(clientConfig()).send(
      new GetSecretValueCommand({ SecretId: secret }),
    );
    if (SecretString === undefined) throw new UserError(`secret ${secret} holds no text`, { exitCode: 1 });
    return SecretString;
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof SecretsManagerServiceException)) throw cause;
    throw new UserError(`secret ${secret} cannot be read: ${cause.name}`, { exitCode: 1, cause });
  }
}
