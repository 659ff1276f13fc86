// Builds handlers, tasks and the CLI with esbuild, once, into build/. Does nothing when no source is newer than the build.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'build', '.bundled');
const programs = ['bin', 'cli', 'protocol', 'runtime', 'lambda', 'containers', 'local', 'scripts'];
const sources = [...programs, 'web', 'clients/typescript/src', 'package-lock.json'];

function newest(path) {
  const s = statSync(path, { throwIfNoEntry: false });
  if (!s) return 0;
  if (!s.isDirectory()) return /\.(ts|mjs|json|yaml|html|css|svg)$|\/Dockerfile$/.test(path) ? s.mtimeMs : 0;
  // A folder's own time tells of removed files.
  return readdirSync(path).reduce((m, name) => (name === '__pycache__' ? m : Math.max(m, newest(join(path, name)))), 0);
}

/** True when build/ is at least as new as every source. */
export function isFresh() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built > 0 && sources.every((s) => newest(join(root, s)) <= built);
}

/** Entry files of one kind: `lambda/<name>/handler.ts`, `containers/<name>/main.ts`. */
const entries = (folder, file) =>
  Object.fromEntries(
    readdirSync(join(root, folder))
      .filter((name) => existsSync(join(root, folder, name, file)))
      .map((name) => [`${name}/${file === 'handler.ts' ? 'index' : 'main'}`, join(root, folder, name, file)]),
  );

/** What an image is built from besides its bundle. */
const imageFiles = ['Dockerfile', 'package.json', 'package-lock.json'];

/** Puts an image's files beside its bundle, so that the folder is all that a build needs. */
function copyImageFiles() {
  for (const name of readdirSync(join(root, 'containers'))) {
    for (const file of imageFiles.filter((f) => existsSync(join(root, 'containers', name, f)))) {
      cpSync(join(root, 'containers', name, file), join(root, 'build', 'containers', name, file));
    }
  }
}

/** Native or WASM packages stay outside the bundles: they are files, not code. */
const external = ['@duckdb/node-api', '@rdkit/rdkit', 'onnxruntime-node'];

const esm = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external,
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  logLevel: 'warning',
};

/** The API's document beside the function that answers by it, as JSON. */
async function writeApiDocument() {
  const { parse } = await import('yaml');
  const document = parse(readFileSync(join(root, 'protocol', 'openapi.yaml'), 'utf8'), { maxAliasCount: -1 });
  writeFileSync(join(root, 'build', 'lambda', 'predict', 'openapi.json'), JSON.stringify(document));
}

/** How the tasks' programs are bundled. */
export const containerOptions = () => ({
  ...esm,
  entryPoints: entries('containers', 'main.ts'),
  outdir: join(root, 'build', 'containers'),
  outExtension: { '.js': '.mjs' },
});

export async function bundle() {
  const started = new Date();
  const { build } = await import('esbuild');
  for (const folder of ['lambda', 'assets']) rmSync(join(root, 'build', folder), { recursive: true, force: true });
  mkdirSync(join(root, 'build'), { recursive: true });
  await Promise.all([
    build({
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      minify: true,
      keepNames: true, // Step Functions matches on error names
      external,
      // In the build for CommonJS sources look at __filename first.
      logOverride: { 'empty-import-meta': 'silent' },
      entryPoints: entries('lambda', 'handler.ts'),
      outdir: join(root, 'build', 'lambda'),
      logLevel: 'warning',
    }),
    build(containerOptions()),
    existsSync(join(root, 'local', 'embedder', 'main.ts')) &&
      build({
        ...esm,
        entryPoints: { embedder: join(root, 'local', 'embedder', 'main.ts') },
        outdir: join(root, 'build', 'local'),
        outExtension: { '.js': '.mjs' },
      }),
    build({
      ...esm,
      entryPoints: { api: join(root, 'local', 'api', 'main.ts') },
      outdir: join(root, 'build', 'local'),
      outExtension: { '.js': '.mjs' },
    }),
    existsSync(join(root, 'bin', 'decant.ts')) &&
      build({
        ...esm,
        entryPoints: { decant: join(root, 'bin', 'decant.ts') },
        outdir: join(root, 'build', 'cli'),
        outExtension: { '.js': '.mjs' },
        splitting: true,
        chunkNames: 'chunk-[hash]',
      }),
  ]);
  copyImageFiles();
  await writeApiDocument();
  const { buildPage } = await import('./page.mjs');
  await buildPage();
  writeFileSync(stamp, '');
  utimesSync(stamp, started, started);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !isFresh()) await bundle();
