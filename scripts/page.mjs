// Builds the page to try the API into build/page/, and beside the function that serves it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { register } from 'tsx/esm/api';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const folderOf = (name) => dirname(require.resolve(`${name}/package.json`));
const text = (...path) => readFileSync(join(...path), 'utf8');

/** The document without what only API Gateway and the function read. */
const withoutExtensions = (value) => {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => !/^x-(scope|amazon)/.test(key));
  return Object.fromEntries(kept.map(([key, v]) => [key, withoutExtensions(v)]));
};

async function openapi() {
  const unregister = register();
  const { published } = await import('../runtime/api/document.ts');
  await unregister();
  const document = published(parse(text(root, 'protocol/openapi.yaml'), { maxAliasCount: -1 }));
  // The scope that a route needs belongs to its description once nobody but people reads it.
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      if (operation['x-scope']) operation.description = `Needs the scope \`${operation['x-scope']}\`.`;
    }
  }
  return withoutExtensions(document);
}

export async function buildPage() {
  const out = join(root, 'build', 'page');
  const { build } = await import('esbuild');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const swagger = folderOf('swagger-ui-dist');
  const [document] = await Promise.all([
    openapi(),
    build({
      bundle: true,
      platform: 'browser',
      target: 'es2022',
      format: 'esm',
      minify: true,
      legalComments: 'none', // licenses.txt holds them, whole
      external: ['./draw.js'],
      entryPoints: ['page', 'draw', 'reference'].map((name) => join(root, 'web', `${name}.ts`)),
      outdir: out,
      logLevel: 'warning',
    }),
  ]);
  for (const name of ['index.html', 'reference.html', 'page.css', 'icon.svg']) {
    cpSync(join(root, 'web', name), join(out, name));
  }
  writeFileSync(
    join(out, 'reference.css'),
    text(swagger, 'swagger-ui.css').replace(/\/\*# sourceMappingURL.*$/, '') + text(root, 'web', 'reference.css'),
  );
  writeFileSync(join(out, 'openapi.json'), JSON.stringify(document));
  const openchemlib = join(dirname(require.resolve('openchemlib')), '..');
  const licenses = [
    ['openchemlib', text(openchemlib, 'LICENSE')],
    [
      'swagger-ui',
      ['NOTICE', 'LICENSE', 'swagger-ui-es-bundle.js.LICENSE.txt'].map((file) => text(swagger, file)).join('\n'),
    ],
  ];
  writeFileSync(join(out, 'licenses.txt'), licenses.map(([name, said]) => `${name}\n\n${said}`).join('\n\n'));
  cpSync(out, join(root, 'build', 'lambda', 'page'), { recursive: true });
}
