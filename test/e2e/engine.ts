/** The container engine of whole-app tests, where there is one, and the images built in it. */
import { describe } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');
const client = process.env['CDK_DOCKER'] ?? 'docker';
const engine = spawnSync(client, ['version', '--format', '{{.Server.Arch}}'], { encoding: 'utf8' });

/** Architecture of the engine's machine; undefined where no engine answers. */
export const arch = engine.status === 0 ? engine.stdout.trim() : undefined;

/** As `describe`; where no engine answers, its tests are skipped under a title that says so. */
export const describeWithEngine = (title: string, tests: () => void): void => {
  if (arch !== undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: no container engine)`, tests);
};

/** Standard output of one command of the engine's client. Throws with its standard error. */
export const docker = (...args: string[]): string =>
  execFileSync(client, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Runs a script of Node in the image of this machine, as the tasks run: nothing can be written, nothing is allowed. */
export const inImage = (script?: string) =>
  spawnSync(
    client,
    [
      ...['run', '--rm', '--read-only', '--cap-drop', 'ALL', '--network=none'],
      ...(script === undefined ? [] : ['--entrypoint', 'node']),
      `decant-transformer:${arch ?? ''}`,
      ...(script === undefined ? [] : ['-e', script]),
    ],
    { encoding: 'utf8' },
  );

/** `npm run image`, on a base that needs no image registry. */
export const buildImages = (): void => {
  execFileSync('npm', ['run', '-s', 'image', '--', '--stand-in-base'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
};
