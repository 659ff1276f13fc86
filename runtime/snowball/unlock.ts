/**
 * What unlocks a device: its code and its device manifest. They are kept as two secrets, since AWS advises against keeping both
 * in one place (Snowball API, GetJobUnlockCode).
 */
import {
  GetJobManifestCommand,
  GetJobUnlockCodeCommand,
  InvalidJobStateException,
  type SnowballClient,
} from '@aws-sdk/client-snowball';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Exit, UserError } from '../errors.ts';

/** A secret holds 65,536 bytes (Secrets Manager quotas), so that a larger device manifest lies in several. */
const SECRET_BYTES = 65_536;

export interface Vault {
  readonly secrets: SecretsManagerClient;
  readonly estate: string;
  readonly environment: string;
  /** Key or alias that the secrets are encrypted with. */
  readonly key: string;
}

export interface Credentials {
  readonly unlockCode: string;
  readonly deviceManifest: Uint8Array;
  /** Names of the secrets that keep them. */
  readonly secrets: readonly string[];
}

export const secretName = (
  { estate, environment }: Pick<Vault, 'estate' | 'environment'>,
  jobId: string,
  what: 'unlock-code' | `device-manifest-${number}`,
): string => `decant/${estate}/${environment}/snowball/${jobId}/${what}`;

/** The credentials of a job: from the vault, or from Snowball, and then kept. Throws a UserError when it is too early. */
export async function credentialsOf(vault: Vault, snowball: SnowballClient, jobId: string): Promise<Credentials> {
  const kept = await readKept(vault, jobId);
  if (kept) return kept;
  let code: string | undefined;
  let uri: string | undefined;
  try {
    uri = (await snowball.send(new GetJobManifestCommand({ JobId: jobId }))).ManifestURI;
    code = (await snowball.send(new GetJobUnlockCodeCommand({ JobId: jobId }))).UnlockCode;
  } catch (error) {
    if (!(error instanceof InvalidJobStateException)) throw error;
    throw new UserError(`job ${jobId} has no unlock code now: ${error.message}`, {
      exitCode: Exit.failed,
      cause: error,
    });
  }
  if (!code || !uri) throw new Error(`Snowball answered no unlock code or device manifest for ${jobId}`);
  const response = await fetch(uri);
  if (!response.ok) throw new Error(`the device manifest of ${jobId} could not be read: ${response.status}`);
  const manifest = new Uint8Array(await response.arrayBuffer());
  // The code last: where it is, all is there.
  const parts = Math.max(1, Math.ceil(manifest.length / SECRET_BYTES));
  const names: string[] = [];
  for (let i = 0; i < parts; i++) {
    const name = secretName(vault, jobId, `device-manifest-${i + 1}`);
    names.push(name);
    await keep(vault, name, { SecretBinary: manifest.subarray(i * SECRET_BYTES, (i + 1) * SECRET_BYTES) });
  }
  const name = secretName(vault, jobId, 'unlock-code');
  await keep(vault, name, { SecretString: JSON.stringify({ unlockCode: code, manifestParts: parts }) });
  return { unlockCode: code, deviceManifest: manifest, secrets: [...names, name] };
}

async function readKept(vault: Vault, jobId: string): Promise<Credentials | undefined> {
  const name = secretName(vault, jobId, 'unlock-code');
  const text = (await read(vault, name))?.SecretString;
  if (text === undefined) return undefined;
  const { unlockCode, manifestParts } = JSON.parse(text) as { unlockCode: string; manifestParts: number };
  const names = Array.from({ length: manifestParts }, (_, i) => secretName(vault, jobId, `device-manifest-${i + 1}`));
  const parts = await Promise.all(names.map(async (n) => (await read(vault, n))?.SecretBinary));
  if (parts.includes(undefined)) return undefined;
  return {
    unlockCode,
    deviceManifest: Buffer.concat(parts.map((p) => p ?? new Uint8Array())),
    secrets: [...names, name],
  };
}

async function read({ secrets }: Vault, name: string) {
  try {
    return await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Writes a secret, whether it is there or not. */
export async function keep(
  { secrets, key }: Pick<Vault, 'secrets' | 'key'>,
  name: string,
  value: { readonly SecretString: string } | { readonly SecretBinary: Uint8Array },
): Promise<void> {
  try {
    await secrets.send(new CreateSecretCommand({ Name: name, KmsKeyId: key, ...value }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await secrets.send(new PutSecretValueCommand({ SecretId: name, ...value }));
  }
}
