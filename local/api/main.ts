/**
 * Serves the prediction API on this machine, for benches, fuzzing and tests of clients:
 * `node build/local/api.mjs --bundle models/chemberta-mtr-mini --port 0`. Says where it is in one line of JSON, and ends with its input.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { Json } from '../../runtime/api/document.ts';
import { openEngine } from '../../runtime/api/model.ts';
import { loadOnce } from '../../runtime/api/ready.ts';
import { projectRoot } from '../root.ts';
import { serveApi } from './server.ts';

const { values } = parseArgs({
  options: {
    bundle: { type: 'string' },
    port: { type: 'string', default: '0' },
    files: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const bundle = values.bundle ?? join(projectRoot(), 'models', 'chemberta-mtr-mini');
  const document = parse(readFileSync(join(projectRoot(), 'protocol', 'openapi.yaml'), 'utf8'), {
    maxAliasCount: -1,
  }) as Json;
  const ownFiles = values.files === undefined ? mkdtempSync(join(tmpdir(), 'decant-api-')) : undefined;
  const log = (line: Readonly<Record<string, unknown>>): void => {
    if (values.verbose) console.error(JSON.stringify(line));
  };
  const engine = loadOnce(
    () => openEngine(bundle),
    (error) => console.error(String(error)),
  );
  const api = await serveApi({ document, engine, files: values.files ?? ownFiles ?? '', log }, Number(values.port));
  const { issuer } = api;
  console.log(
    JSON.stringify({
      url: api.url,
      tokenUrl: `${api.url}/oauth2/token`,
      clientId: issuer.clientId,
      clientSecret: issuer.clientSecret,
      token: await issuer.token(),
      files: values.files ?? ownFiles,
    }),
  );
  const end = (): void => {
    if (ownFiles !== undefined) rmSync(ownFiles, { recursive: true, force: true });
    void api.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  process.stdin.resume().once('end', end);
}

void main();
