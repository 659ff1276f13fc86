/** Interpreters with the pinned packages of a folder of models/; made once in the user's cache, as the CLI does. */
import { join } from 'node:path';
import { ensurePython } from '../../../../local/python.ts';
import { projectRoot } from '../../../../local/root.ts';

export const pythonOf = (folder: 'convert' | 'heads') => (): Promise<string> =>
  ensurePython({
    packages: {
      name: folder,
      lock: join(projectRoot(), 'models', folder, 'requirements.txt'),
      what: `the packages of models/${folder}`,
      oldest: [3, 11],
    },
  });
