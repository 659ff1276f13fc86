/** The prediction API as it is deployed: tokens of the user pool, what the gateway refuses, and what the function answers behind it. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { JOB_UPLOADS } from '../../protocol/prediction-store.ts';
import { s3Client } from '../../runtime/aws.ts';
import { App } from './app.ts';

jest.setTimeout(600_000);

const ESTATE = `
estate: e2e
environments:
  local:
    kind: local
    deleteData: true
    prediction:
      applications:
        lims: { scopes: [molecules.read, predictions.write, models.read, jobs.write, jobs.read] }
        reader: { scopes: [models.read] }
      perApplication: { rate: 100, burst: 200, perDay: 100000 }
sources:
  desk: { kind: folder }
datasets:
  assays:
    source: desk
    contract: { format: csv, columns: [{ name: sample }] }
`;

interface Given {
  readonly api_url: string;
  readonly access_token: string;
  readonly api_key: string;
  readonly expires_in: number;
}
interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

let app: App;
let lims: Given;
let reader: Given;

async function ask(given: Given, route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${given.api_url}${route}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${given.access_token}`,
      'x-api-key': given.api_key,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}

beforeAll(async () => {
  app = await App.start('api', ESTATE);
  lims = await app.json<Given>('token', 'lims');
  reader = await app.json<Given>('token', 'reader');
});

afterAll(() => app.stop());

describe('an application with a token', () => {
  test('has it for an hour, from the secret that the stack keeps', () => {
    expect(lims.expires_in).toBe(3600);
    expect(lims.access_token.split('.')).toHaveLength(3);
  });

  test('gets predictions in the order of its molecules, and an error for the one that is none', async () => {
    const items = [
      { id: 'aspirin', smiles: 'CC(=O)Oc1ccccc1C(=O)O' },
      { id: 'open', smiles: 'C1CC' },
      { smiles: 'CCO' },
    ];

    const { status, body, headers } = await ask(lims, '/v1/predictions', { items });

    expect([status, body['summary']]).toEqual([200, { ok: 2, failed: 1 }]);
    expect(headers.get('x-model')).toMatch(/^chemberta-mtr-mini@/);
    expect((body['items'] as Record<string, unknown>[]).map((i) => [i['index'], i['status']])).toEqual([
      [0, 'ok'],
      [1, 'error'],
      [2, 'ok'],
    ]);
  });

  test('has a job done by the workflow', async () => {
    const { workBucket } = await app.places();
    const Key = `${JOB_UPLOADS}batch.smi`;
    await s3Client().send(
      new PutObjectCommand({ Bucket: workBucket, Key, Body: 'CCO ethanol\nc1ccccc1 benzene\nC1CC open\n' }),
    );
    const input = { s3uri: `s3://${workBucket}/${Key}`, format: 'smi' };

    const given = await ask(lims, '/v1/jobs', { type: 'predictions', input });
    const id = given.body['id'] as string;

    expect([given.status, given.body['state']]).toEqual([202, 'QUEUED']);
    const ended = await app.until('the job', async () => {
      const { body } = await ask(lims, `/v1/jobs/${id}`);
      return ['QUEUED', 'RUNNING'].includes(String(body['state'])) ? undefined : body;
    });
    expect(ended).toMatchObject({ state: 'PARTIAL', counts: { total: 3, ok: 2, invalid: 1 } });
  });
});

describe('the gateway answers as a problem with the request’s id', () => {
  const refused = (answer: Answer, status: number, name: string): void => {
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body).toMatchObject({ type: `urn:decant:problem:${name}`, status });
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
  };

  test('where there is no token', async () => {
    refused(await ask(lims, '/v1/models', undefined, { authorization: '' }), 401, 'unauthorized');
  });

  test('where the token was tampered with', async () => {
    const [head = '', claims = '', signature = ''] = lims.access_token.split('.');
    const forged = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const better = Buffer.from(JSON.stringify({ ...forged, scope: 'decant/similarity.read' })).toString('base64url');

    const headers = { authorization: `Bearer ${head}.${better}.${signature}` };

    refused(await ask(lims, '/v1/models', undefined, headers), 401, 'unauthorized');
  });

  test('where the token lacks the scope of the route', async () => {
    expect((await ask(reader, '/v1/models')).status).toBe(200);

    refused(await ask(reader, '/v1/predictions', { items: [{ smiles: 'CCO' }] }), 401, 'unauthorized');
  });

  test('where the key of the application is missing', async () => {
    refused(await ask(lims, '/v1/models', undefined, { 'x-api-key': '' }), 403, 'forbidden');
  });

  test.each([
    ['is no JSON', '{"items":'],
    ['has no items', { molecules: [] }],
    ['has items of another type', { items: 'CCO' }],
  ])('where the body %s', async (_what, body) => {
    refused(await ask(lims, '/v1/predictions', body), 400, 'malformed-json');
  });

  test('where there is no such route', async () => {
    refused(await ask(lims, '/v1/nothing'), 404, 'no-such-route');
  });
});

describe('nobody signs in', () => {
  test.each(['/v1/health/live', '/v1/health/ready'])('for %s', async (route) => {
    const response = await fetch(`${lims.api_url}${route}`);

    expect(response.status).toBe(200);
  });

  test('for the page, which is told where people sign in', async () => {
    const page = await fetch(`${lims.api_url}/ui/index.html`);
    const config = (await (await fetch(`${lims.api_url}/ui/config.json`)).json()) as {
      signIn: Record<string, unknown>;
    };

    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(config.signIn).toMatchObject({ kind: 'code', clientId: expect.any(String) });
  });
});
