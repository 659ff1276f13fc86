/** CloudFormation types that the embedded AWS really makes: those that it knows or was taught, not those it stubs. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAttributes } from '../../../local/attributes.ts';
import { ensurePython } from '../../../local/python.ts';

/** The table as it is when the emulator serves; stubs answer in it, but are no entries. */
const ASK = `
import importlib, json, os, sys
sys.path[0] = sys.argv[1]
from emulator.gaps import mend_all
mend_all()
from emulator.services import SERVICES, store
store.open_file()
for name in SERVICES:
    importlib.import_module(f"emulator.services.{name}")
from ministack.services.cloudformation import provisioners
print("TYPES", json.dumps(sorted(dict.keys(provisioners._RESOURCE_HANDLERS))), flush=True)
os._exit(0)
`;
const root = join(import.meta.dirname, '../../..');

export async function emulatedTypes(): Promise<string[]> {
  const data = await mkdtemp(join(tmpdir(), 'decant-types-'));
  const env = {
    ...process.env,
    DECANT_LOCAL_DATA: data,
    DECANT_LOCAL_CFN_ATTRIBUTES: await ensureAttributes(),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const args = ['-c', ASK, join(root, 'local')];
  const { stdout } = await promisify(execFile)(await ensurePython(), args, { env, cwd: data });
  await rm(data, { recursive: true, force: true });
  const line = stdout.split('\n').find((l) => l.startsWith('TYPES '));
  if (!line) throw new Error(`the embedded AWS told no types: ${stdout}`);
  return JSON.parse(line.slice(6)) as string[];
}
