import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEngine, readEngine, rememberEngine, removeContainers } from '../../../local/engine.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** An engine's client: answers what it is asked first, by the command's name; fails on all others. */
function client(name: string, answers: Record<string, string>): string {
  const path = join(dir, name);
  const cases = Object.entries(answers).map(([verb, answer]) => `${verb}) echo '${answer}' ;;`);
  writeFileSync(path, `#!/bin/sh\ncase $1 in ${cases.join(' ')} *) echo "no $1" >&2; exit 1 ;; esac\n`);
  chmodSync(path, 0o755);
  return path;
}
const env = (path: string) => ({ CDK_DOCKER: path, PATH: process.env['PATH'], SECRET: 'x', DOCKER_HOST: 'unix:///e' });

describe('the container engine of local tasks', () => {
  test('is missed with the remedy when no client is installed', async () => {
    await expect(findEngine(env(join(dir, 'none')))).rejects.toThrow(/Start one, point DOCKER_HOST at it/);
  });

  test('is missed with the remedy when its client reaches none', async () => {
    await expect(findEngine(env(client('dead', {})))).rejects.toThrow(/or leave --containers away/);
  });

  test('is refused when it lacks the image, which is named with the command that builds it', async () => {
    const path = client('bare', { info: '8', version: 'arm64' });

    await expect(findEngine(env(path))).rejects.toThrow(
      'no image decant-transformer:arm64; build it with: npm run image -- --platform arm64',
    );
  });

  test('is described by its architecture and processors, and its client is given nothing but how to reach it', async () => {
    const path = client('whole', { info: '8', version: 'arm64', image: 'sha256:1' });

    const engine = await findEngine(env(path));

    expect(engine).toEqual({
      client: path,
      arch: 'arm64',
      cpus: 8,
      env: { PATH: process.env['PATH'], DOCKER_HOST: 'unix:///e' },
    });
  });

  test('is remembered until a start without containers', async () => {
    const file = join(dir, 'engine.json');
    const engine = { client: 'docker', env: {}, arch: 'amd64', cpus: 2 };
    await rememberEngine(file, engine);
    expect(await readEngine(file)).toEqual(engine);

    await rememberEngine(file, undefined);

    expect(await readEngine(file)).toBeUndefined();
  });

  test('has no containers to remove when it is gone', async () => {
    const gone = { client: join(dir, 'none'), env: {}, arch: 'amd64', cpus: 2 };

    expect(await removeContainers(gone, '/data')).toBe(0);
  });
});
