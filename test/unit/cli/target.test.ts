/** How a verb finds what it works on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chooseEnvironment, pointSdk } from '../../../cli/target.ts';
import { placeNames } from '../../../protocol/places.ts';
import { loadPlaces } from '../../../runtime/places.ts';

const environments = `
  local: { kind: local, region: eu-central-1 }
  dev: { kind: dev, account: '111111111111', region: eu-west-1 }`;
const estate = (environments: string) => `estate: bpc\nenvironments: ${environments}\nsources: {}\ndatasets: {}\n`;

let dir = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'target-'));
  file = join(dir, 'decant.yaml');
  writeFileSync(file, estate(environments));
});
afterEach(() => rmSync(dir, { recursive: true }));

function localState(pid: number): void {
  mkdirSync(join(dir, '.decant', 'local'), { recursive: true });
  const state = { endpoint: 'http://127.0.0.1:4566', port: 4566, pid, startedAt: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(dir, '.decant', 'local', 'state.json'), JSON.stringify(state));
}

describe('the environment', () => {
  test('is local where there is one and none is named', async () => {
    expect((await chooseEnvironment({ estate: file })).environmentName).toBe('local');
  });

  test('is the only one where none is named', async () => {
    writeFileSync(file, estate("{ dev: { kind: dev, account: '111111111111' } }"));

    expect((await chooseEnvironment({ estate: file })).environmentName).toBe('dev');
  });

  test('must be named where several could be meant', async () => {
    writeFileSync(
      file,
      estate("{ a: { kind: dev, account: '111111111111' }, b: { kind: dev, account: '111111111111' } }"),
    );

    await expect(chooseEnvironment({ estate: file })).rejects.toThrow('add --env with one of a, b');
  });

  test('that is misspelt is answered with the one that was meant', async () => {
    await expect(chooseEnvironment({ estate: file, env: 'dve' })).rejects.toThrow('Did you mean dev?');
  });

  test('of an estate file that is not there is refused with the remedy', async () => {
    await expect(chooseEnvironment({ estate: join(dir, 'no.yaml') })).rejects.toThrow('no such file');
  });
});

describe('the SDK', () => {
  test('is pointed at the embedded AWS of a local environment, without the credentials of a real one', async () => {
    localState(process.pid);
    const env: NodeJS.ProcessEnv = { AWS_PROFILE: 'prod', AWS_SESSION_TOKEN: 'x' };

    await pointSdk(await chooseEnvironment({ estate: file }), env);

    expect(env).toEqual({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
    });
  });

  test('is given just the Region in a real environment', async () => {
    const env: NodeJS.ProcessEnv = { AWS_PROFILE: 'dev' };

    await pointSdk(await chooseEnvironment({ estate: file, env: 'dev' }), env);

    expect(env).toEqual({ AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' });
  });

  test.each([
    ['was never started', () => undefined],
    // Above the largest process id that Linux gives.
    ['is gone', () => localState(2 ** 22 + 1)],
  ])('is not used where the embedded AWS %s: the remedy is said', async (_, prepare) => {
    prepare();

    await expect(pointSdk(await chooseEnvironment({ estate: file }), {})).rejects.toThrow('decant local up');
  });
});

describe('the places', () => {
  const all = new Map(placeNames.map((n) => [n as string, `the-${n}`]));

  test('are all that the stacks published', async () => {
    expect((await loadPlaces('bpc', 'dev', () => Promise.resolve(all))).rawBucket).toBe('the-rawBucket');
  });

  test('of an environment that is not deployed are answered with the remedy', async () => {
    await expect(loadPlaces('bpc', 'dev', () => Promise.resolve(new Map()))).rejects.toThrow(
      /not deployed.*npx cdk deploy/,
    );
  });

  test('of one that is partly deployed name what is missing', async () => {
    const some = new Map([...all].filter(([n]) => n !== 'ledgerTable'));

    await expect(loadPlaces('bpc', 'dev', () => Promise.resolve(some))).rejects.toThrow('lacks ledgerTable');
  });
});
