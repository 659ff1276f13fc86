/** What a verb works on: an estate file, one of its environments, and that environment's places. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { distance } from 'fastest-levenshtein';
import type { Environment, Estate } from '../protocol/estate.ts';
import type { Places } from '../protocol/places.ts';
import { UserError } from '../runtime/errors.ts';
import type { Io } from './verb.ts';

export interface TargetOptions {
  readonly env?: string;
  readonly estate?: string;
  readonly json?: boolean;
}

export interface ChosenEnvironment {
  readonly estate: Estate;
  readonly environmentName: string;
  readonly environment: Environment;
  /** Absolute path of the estate file, and its folder. */
  readonly file: string;
  readonly dir: string;
}

export interface Target extends ChosenEnvironment {
  readonly places: Places;
}

/** Adds `--env`, `--estate` and `--json`, the same on every verb that talks to an environment. */
export const withTarget = (command: Command): Command =>
  command
    .option('--env <name>', 'environment of the estate file (default: local, or the only one)')
    .option('--estate <file>', 'estate file', 'decant.yaml')
    .option('--json', 'print JSON');

/** Reads the estate file and chooses the environment. No network. */
export async function chooseEnvironment(options: TargetOptions): Promise<ChosenEnvironment> {
  const file = resolve(options.estate ?? 'decant.yaml');
  const { loadEstate } = await import('../runtime/estate.ts');
  const estate = await loadEstate(file);
  const names = Object.keys(estate.environments);
  const name = options.env ?? (names.length === 1 ? names[0] : names.find((n) => n === 'local'));
  const environment = name === undefined ? undefined : estate.environments[name];
  if (name === undefined) throw new UserError(`which environment? add --env with one of ${names.join(', ')}`);
  if (!environment) {
    const near = names.find((n) => distance(n, name) <= 2);
    throw new UserError(
      `--env "${name}" is not an environment of ${file}; ${names.join(', ')}.${near ? ` Did you mean ${near}?` : ''}`,
    );
  }
  return { estate, environmentName: name, environment, file, dir: dirname(file) };
}

/** Chooses the environment, points the SDK at it, and looks up its places. */
export async function openTarget(options: TargetOptions, io: Io): Promise<Target> {
  const chosen = await chooseEnvironment(options);
  await pointSdk(chosen, io.env);
  const { loadPlaces } = await import('../runtime/places.ts');
  return { ...chosen, places: await loadPlaces(chosen.estate.estate, chosen.environmentName) };
}

/** Sets the SDK's environment variables: the embedded AWS of a local environment, else just the Region. */
export async function pointSdk(chosen: ChosenEnvironment, env: NodeJS.ProcessEnv): Promise<void> {
  if (chosen.environment.kind !== 'local') {
    env['AWS_REGION'] ??= chosen.environment.region;
    return;
  }
  const { readLocalState } = await import('../runtime/local-state.ts');
  const state = await readLocalState(chosen.dir);
  if (!state) throw new UserError('the embedded AWS is not running; start it with: decant local up', { exitCode: 1 });
  Object.assign(env, {
    AWS_ENDPOINT_URL: state.endpoint,
    AWS_ENDPOINT_URL_S3: state.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: chosen.environment.region,
  });
  // A session or profile of the real AWS must not travel along.
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete env[name];
}
