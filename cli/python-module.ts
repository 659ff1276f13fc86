/** Runs a module of models/ in an environment of its own, and takes the JSON that it answers. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Exit, UserError } from '../runtime/errors.ts';
import { ensurePython } from '../local/python.ts';
import { projectRoot } from '../local/root.ts';
import type { Io } from './verb.ts';

export interface PythonModule {
  /** Folder below models/ with the module and its requirements.txt. */
  readonly folder: 'convert' | 'heads';
  /** Who needs Python, in the message when there is none; what is installed. */
  readonly user: string;
  readonly what: string;
}

/**
 * The JSON that a module prints, which tells its progress on standard error.
 * Throws a UserError when it refuses ({"refused": why}) or fails, and when there is no Python for it.
 */
export async function callModule<T>({ folder, user, what }: PythonModule, argv: string[], io: Io): Promise<T> {
  const root = projectRoot();
  const say = (text: string) => void io.err.write(`${text}\n`);
  const lock = join(root, 'models', folder, 'requirements.txt');
  // Older versions of Python have no packages of these versions.
  const packages = { name: folder, lock, what, user, oldest: [3, 11] as const };
  const python = await ensurePython({ packages, env: io.env, say });
  const child = spawn(python, ['-m', `models.${folder}`, ...argv], {
    env: {
      ...io.env,
      PYTHONPATH: [root, join(root, 'glue', 'embed')].join(delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  createInterface({ input: child.stderr }).on('line', say);
  const code = await new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  const answer = parsed(text);
  if (typeof answer?.['refused'] === 'string') {
    throw new UserError(`refused: ${answer['refused']}`, { exitCode: Exit.failed });
  }
  if (code !== 0 || !answer) {
    throw new UserError(`models.${folder} ended with ${code}; see above`, { exitCode: Exit.failed });
  }
  return answer as T;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
