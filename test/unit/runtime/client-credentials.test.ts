import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PredictionPlaces } from '../../../protocol/places.ts';
import { requestToken } from '../../../runtime/client-credentials.ts';

const secrets = new SecretsManagerClient({ region: 'eu-central-1' });
const SECRET = 'never-to-be-seen';
let asked: { authorization: string | undefined; form: URLSearchParams }[];
let answer: (response: ServerResponse) => void;
let server: Server;
let send: jest.SpiedFunction<SecretsManagerClient['send']>;
let places: PredictionPlaces;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end(JSON.stringify({ access_token: 'a.b.c', expires_in: 3600 }));
  server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, form: new URLSearchParams(body) });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  places = {
    apiUrl: '',
    tokenUrl: `http://127.0.0.1:${port}/oauth2/token`,
    issuer: '',
    restApiId: '',
    stage: '',
    userPoolId: '',
    applications: JSON.stringify({ lims: 'client' }),
    peopleClientId: '-',
  };
  send = jest.spyOn(secrets, 'send');
  const SecretString = JSON.stringify({ client_id: 'client', client_secret: SECRET });
  send.mockReturnValue(Promise.resolve({ SecretString }) as never);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await new Promise((resolve) => server.close(resolve));
});

const request = (application = 'lims') => ({ estate: 'bpc', environment: 'dev', application });

describe('a token of an application', () => {
  test('is asked for with the secret of the application, by name', async () => {
    const token = await requestToken(places, { ...request(), scopes: ['models.read'] }, secrets);

    expect(token).toEqual({ accessToken: 'a.b.c', expiresInSec: 3600, clientId: 'client' });
    expect(send.mock.calls[0]?.[0].input).toEqual({ SecretId: 'decant/bpc/dev/prediction/lims' });
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from(`client:${SECRET}`).toString('base64')}`);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      scope: 'decant/models.read',
    });
  });

  test('has all scopes of the application when none is asked for', async () => {
    await requestToken(places, request(), secrets);

    expect(asked[0]?.form.has('scope')).toBe(false);
  });

  test('is none of an application that there is not, and its secret is not read', async () => {
    await expect(requestToken(places, request('lismo'), secrets)).rejects.toThrow(
      '"lismo" is no application of environment dev; it has lims.',
    );
    expect(send).not.toHaveBeenCalled();
  });

  test('that the user pool refuses is told with its reason, without the secret', async () => {
    answer = (response) => response.writeHead(400).end(JSON.stringify({ error: 'invalid_scope' }));

    const error = await requestToken(places, request(), secrets).catch((e: Error) => e.message);

    expect(error).toMatch(/gives lims no token: invalid_scope$/);
    expect(error).not.toContain(SECRET);
  });
});
