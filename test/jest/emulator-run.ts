// Starts or stops the embedded AWS of the tests; prints the environment of its clients as JSON. Argument: up or down.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localEnv } from '../../local/state.ts';
import { down, up } from '../../local/supervisor.ts';

const dir = join(process.cwd(), 'build', 'test', 'emulator');
const taskDirs = [join(process.cwd(), 'test', 'emulated', 'local', 'tasks')];

await down({ dir });
if (process.argv[2] === 'up') {
  await rm(dir, { recursive: true, force: true });
  const state = await up({ dir, taskDirs, speed: 50 });
  process.stdout.write(JSON.stringify(localEnv(state)));
}
