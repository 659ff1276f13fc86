/**
 * Writes what the clients take from the OpenAPI document: types and build of the TypeScript one, models and routes of the
 * Python one. With --check it writes nothing, tells what is not as it would write it, and exits with 1.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';
import { ensurePython } from '../local/python.ts';
import { openResponses, type Document } from './clients/document.ts';

const root = join(import.meta.dirname, '..');
/** Everything that is generated, relative to the project. */
const generated = [
  'clients/typescript/src/openapi.ts',
  'clients/typescript/dist',
  'clients/python/src/decant_client/generated',
];

/** The Python that tests and generator of the Python client use. */
export const clientPython = (say?: (text: string) => void): Promise<string> =>
  ensurePython({
    packages: {
      name: 'client',
      lock: join(root, 'clients', 'python', 'requirements.txt'),
      what: 'what the Python client is generated and tested with (once, about 300 MB)',
    },
    ...(say ? { say } : {}),
  });

async function typescript(document: Document, out: string): Promise<void> {
  const folder = join(out, 'clients/typescript');
  cpSync(join(root, 'clients/typescript'), folder, {
    recursive: true,
    filter: (path) => !/\/(dist|node_modules)$/.test(path),
  });
  cpSync(join(root, 'tsconfig.json'), join(out, 'tsconfig.json'));
  const text = astToString(await openapiTS(JSON.stringify(document), { defaultNonNullable: false }));
  writeFileSync(
    join(folder, 'src/openapi.ts'),
    `/** Generated from protocol/openapi.yaml by npm run clients. */\n${text}`,
  );
  const compiler = join(root, 'node_modules/.bin/tsc');
  execFileSync(compiler, ['-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
}

async function python(document: Document, out: string): Promise<void> {
  const source = join(out, 'openapi.json');
  writeFileSync(source, JSON.stringify(openResponses(document)));
  const to = join(out, 'clients/python/src/decant_client/generated');
  const interpreter = await clientPython((text) => console.error(text));
  const bin = join(interpreter, '..');
  mkdirSync(join(to, '..'), { recursive: true });
  const config = join(root, 'clients/python/generator.yaml');
  const from = ['--path', source, '--config', config];
  execFileSync(
    interpreter,
    ['-m', 'openapi_python_client', 'generate', ...from, '--meta', 'none', '--output-path', to, '--fail-on-warning'],
    {
      cwd: out,
      stdio: ['ignore', 'ignore', 'inherit'],
      // The generator looks for ruff there.
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    },
  );
  rmSync(join(to, '.ruff_cache'), { recursive: true, force: true });
}

/** Every file below, by its path. */
function filesBelow(path: string, name = ''): Map<string, string> {
  const full = join(path, name);
  if (!existsSync(full)) return new Map();
  const children = readdirSync(full, { withFileTypes: true }).filter((c) => c.name !== '__pycache__');
  return new Map(
    children.flatMap((child) => {
      const below = join(name, child.name);
      return child.isDirectory()
        ? [...filesBelow(path, below)]
        : [[below, readFileSync(join(path, below), 'utf8')] as [string, string]];
    }),
  );
}

const contentsOf = (path: string): Map<string, string> =>
  path.endsWith('.ts') && existsSync(path) ? new Map([['', readFileSync(path, 'utf8')]]) : filesBelow(path);

/** Files that differ between two trees, or are in one of them only. */
function differences(one: string, other: string): string[] {
  return generated.flatMap((path) => {
    const [a, b] = [contentsOf(join(one, path)), contentsOf(join(other, path))];
    const names = new Set([...a.keys(), ...b.keys()]);
    return [...names].filter((name) => a.get(name) !== b.get(name)).map((name) => join(path, name));
  });
}

const source = process.argv.find((a) => /\.(ya?ml|json)$/.test(a)) ?? join(root, 'protocol/openapi.yaml');
const document = parse(readFileSync(source, 'utf8'), { maxAliasCount: -1 }) as Document;
const out = mkdtempSync(join(tmpdir(), 'decant-clients-'));
try {
  await Promise.all([typescript(document, out), python(document, out)]);
  const found = differences(root, out);
  if (process.argv.includes('--check')) {
    if (found.length) {
      console.error(`not as protocol/openapi.yaml has it; run npm run clients:\n${found.join('\n')}`);
      process.exitCode = 1;
    }
  } else {
    for (const path of generated) {
      rmSync(join(root, path), { recursive: true, force: true });
      cpSync(join(out, path), join(root, path), { recursive: true });
    }
    console.error(found.length ? `written: ${found.length} files` : 'nothing had changed');
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
