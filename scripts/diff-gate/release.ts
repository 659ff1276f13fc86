/** The templates of the last release: those of the test estate's prod, without what changes with every build. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Template, Templates } from './compare.ts';

const file = join(import.meta.dirname, '../../test/release/templates.json.gz');

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly properties?: { templateFile?: string };
}

/** Hashes of assets and contracts. */
const masked = (text: string): string => text.replace(/\b[0-9a-f]{64}\b/g, 'HASH');

/** Templates of an assembly folder, of the one environment. */
export function templatesOf(folder: string, environment: string): Templates {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const { artifacts } = JSON.parse(read('manifest.json')) as { artifacts: Record<string, Artifact> };
  const stacks = Object.values(artifacts)
    .filter((a) => a.type === 'aws:cloudformation:stack' && a.displayName?.startsWith(`${environment}/`))
    .map((a) => [a.displayName ?? '', JSON.parse(masked(read(a.properties?.templateFile ?? ''))) as Template] as const);
  return Object.fromEntries(stacks.sort(([a], [b]) => a.localeCompare(b)));
}

export function readRelease(): Templates {
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run diff-gate -- --accept writes it`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Templates;
}

export function writeRelease(templates: Templates): void {
  writeFileSync(file, gzipSync(JSON.stringify(templates), { level: 9 }));
}
