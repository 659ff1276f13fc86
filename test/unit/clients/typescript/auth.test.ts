import { afterEach, describe, expect, test } from '@jest/globals';
import { bearer, clientCredentials } from '../../../../clients/typescript/src/auth.ts';
import { SignInError } from '../../../../clients/typescript/src/errors.ts';
import { json, scripted, text, type Scripted, type Step } from '../support/scripted.ts';

let pool: Scripted | undefined;
afterEach(() => pool?.close());

const numbered = (expiresIn = 3600): Step => {
  let n = 0;
  return (response, asked) => json(200, { access_token: `token-${++n}`, expires_in: expiresIn })(response, asked);
};
const open = async (...steps: Step[]) => {
  pool = await scripted(...steps);
  let time = 0;
  const source = clientCredentials({
    tokenUrl: `${pool.url}/oauth2/token`,
    clientId: 'an id',
    clientSecret: 's:cret+',
    scopes: ['decant/models.read', 'decant/jobs.read'],
    now: () => time,
  });
  return { source, asked: pool.asked, pass: (seconds: number) => (time += seconds * 1000) };
};

describe('client credentials', () => {
  test('are sent by Basic authentication, both parts form-encoded, with the scopes', async () => {
    const { source, asked } = await open(numbered());

    await source.get();

    expect(asked[0]?.headers.authorization).toBe(`Basic ${btoa('an%20id:s%3Acret%2B')}`);
    expect(Object.fromEntries(new URLSearchParams(asked[0]?.text))).toEqual({
      grant_type: 'client_credentials',
      scope: 'decant/models.read decant/jobs.read',
    });
  });

  test('give one token to callers that come at the same time', async () => {
    const { source, asked } = await open(numbered());

    const tokens = await Promise.all(Array.from({ length: 20 }, () => source.get()));

    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(asked).toHaveLength(1);
  });

  test('keep a token until a minute before it ends, and then share the next one', async () => {
    const { source, asked, pass } = await open(numbered(3600));
    await source.get();

    pass(3539);
    expect(await source.get()).toBe('token-1');
    pass(1);
    const tokens = await Promise.all([source.get(), source.get(), source.get()]);

    expect(tokens).toEqual(['token-2', 'token-2', 'token-2']);
    expect(asked).toHaveLength(2);
  });

  test('use a token that lives shorter than the margin for half its life', async () => {
    const { source, pass } = await open(numbered(30));
    await source.get();

    pass(14);
    expect(await source.get()).toBe('token-1');
    pass(1);
    expect(await source.get()).toBe('token-2');
  });

  test('renew a token that was refused, once for all who held it', async () => {
    const { source, asked } = await open(numbered());
    const refused = await source.get();

    source.drop(refused);
    const next = await source.get();
    source.drop(refused);

    expect([next, await source.get()]).toEqual(['token-2', 'token-2']);
    expect(asked).toHaveLength(2);
  });

  test('take what they get when the same token comes again, instead of asking for ever', async () => {
    const { source, asked } = await open(json(200, { access_token: 'same', expires_in: 0 }));
    source.drop(await source.get());

    expect(await source.get()).toBe('same');
    expect(asked).toHaveLength(2);
  });

  test.each<[string, Step]>([
    ['a refusal', json(400, { error: 'invalid_client' })],
    ['an answer that is no JSON', text(200, '<html>')],
    ['an answer without a token', json(200, { token_type: 'Bearer' })],
    ['JSON null', text(200, 'null')],
  ])('fail by %s, and ask anew the next time', async (_, step) => {
    const { source } = await open(step, numbered());

    await expect(source.get()).rejects.toThrow(SignInError);

    expect(await source.get()).toBe('token-1');
  });

  test('never show the secret in an error', async () => {
    const { source } = await open(json(401, { error: 'invalid_client' }));

    const error = await source.get().catch((e: unknown) => e);

    expect(String(error)).toContain('invalid_client');
    expect(JSON.stringify([error, String(error)])).not.toMatch(/cret/);
  });
});

test('a bearer may be a function, and an empty one is refused', async () => {
  expect(await bearer(() => 'a').get()).toBe('a');
  await expect(bearer('').get()).rejects.toThrow('there is no access token');
});
