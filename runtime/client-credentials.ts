/** An access token for an application: its secret is read where the stack keeps it, and changed for a token at the user pool. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { applicationSecret, type PredictionPlaces } from '../protocol/places.ts';
import { RESOURCE_SERVER, type Scope } from '../protocol/prediction.ts';
import { clientConfig } from './aws.ts';
import { UserError } from './errors.ts';
import { didYouMean } from './suggest.ts';

const Credentials = z.object({ client_id: z.string(), client_secret: z.string() });
const Answer = z.object({ access_token: z.string(), expires_in: z.number() });
const Refusal = z.object({ error: z.string() });
/** Cognito answers in a tenth of this. */
const TIMEOUT_MS = 15_000;

export interface Token {
  readonly accessToken: string;
  readonly expiresInSec: number;
  /** Id of the app client, which is the key of its usage plan as well. */
  readonly clientId: string;
}

export interface TokenRequest {
  readonly estate: string;
  readonly environment: string;
  readonly application: string;
  /** @default all that the application may have */
  readonly scopes?: readonly Scope[] | undefined;
}

/** Never logs the secret or the token. Throws a UserError for an application that there is not, and for what the pool refuses. */
export async function requestToken(
  places: PredictionPlaces,
  { estate, environment, application, scopes }: TokenRequest,
  secrets: SecretsManagerClient = new SecretsManagerClient(clientConfig()),
): Promise<Token> {
  const known = Object.keys(JSON.parse(places.applications) as Record<string, string>);
  if (!known.includes(application)) {
    const there = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
    throw new UserError(
      `"${application}" is no application of environment ${environment}; ${there}.${didYouMean(application, known)}`,
    );
  }
  const { SecretString = '{}' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: applicationSecret(estate, environment, application) }),
  );
  const { client_id: clientId, client_secret: secret } = Credentials.parse(JSON.parse(SecretString));
  const response = await fetch(places.tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scopes && { scope: scopes.map((scope) => `${RESOURCE_SERVER}/${scope}`).join(' ') }),
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const why = Refusal.safeParse(body).data?.error ?? `status ${response.status}`;
    throw new UserError(`${places.tokenUrl} gives ${application} no token: ${why}`, { exitCode: 1 });
  }
  const { access_token: accessToken, expires_in: expiresInSec } = Answer.parse(body);
  return { accessToken, expiresInSec, clientId };
}
