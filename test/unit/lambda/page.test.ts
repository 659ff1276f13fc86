import { afterEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { handler } from '../../../lambda/page/handler.ts';

const event = (path: string, file?: string): APIGatewayProxyEvent =>
  ({
    pathParameters: file === undefined ? null : { file },
    headers: {},
    requestContext: { path },
  }) as unknown as APIGatewayProxyEvent;

const variables = { ENVIRONMENT: 'dev', SIGN_IN_DOMAIN: 'https://sign.example', SIGN_IN_CLIENT: 'people' };
afterEach(() => {
  for (const name of Object.keys(variables)) delete process.env[name];
});

describe('the function of the page', () => {
  test.each([
    ['/api', '/api/ui/index.html'],
    ['/api/', '/api/ui/index.html'],
    ['/api/ui', '/api/ui/index.html'],
    ['/', '/ui/index.html'],
    ['/ui/', '/ui/index.html'],
  ])('sends who asks for %s on to %s', async (path, location) => {
    const answer = await handler(event(path));

    expect([answer.statusCode, answer.headers?.['location']]).toEqual([302, location]);
  });

  test('tells browsers where people sign in, and for which scopes', async () => {
    Object.assign(process.env, variables);

    const { statusCode, body } = await handler(event('/api/ui/config.json', 'config.json'));

    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toEqual({
      environment: 'dev',
      signIn: {
        kind: 'code',
        domain: 'https://sign.example',
        clientId: 'people',
        scopes: expect.arrayContaining(['openid', 'decant/predictions.write', 'decant/similarity.read']),
      },
    });
  });

  test('names the variables that it lacks', async () => {
    await expect(handler(event('/api/ui/config.json', 'config.json'))).rejects.toThrow('SIGN_IN_DOMAIN');
  });
});
