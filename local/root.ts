/** Where this project's own files lie, whether run from source or from the build. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder. Throws when the build was moved away from it. */
export function projectRoot(from: string = import.meta.dirname): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'local', 'requirements.txt'))) return dir;
    if (dir === dirname(dir)) throw new Error(`local/requirements.txt is in no folder above ${from}`);
  }
}
