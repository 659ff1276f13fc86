import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ensurePython } from '../../../../local/python.ts';
import { published, type Json } from '../../../../runtime/api/document.ts';
import { root, startLocalApi, type LocalApiProcess } from './support.ts';

const fuzz = join(root, 'test', 'fuzz');
/** Of each operation and phase; with the fixed seed of schemathesis.toml some 900 requests, half a minute. */
const EXAMPLES = 20;

let api: LocalApiProcess;
let scratch: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'decant-fuzz-'));
  api = await startLocalApi();
});
afterAll(async () => {
  await api.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The document as it is published, without the key of the usage plan, which the gateway checks. */
function fuzzedDocument(): string {
  const source = readFileSync(join(root, 'protocol', 'openapi.yaml'), 'utf8');
  const document = published(parse(source, { maxAliasCount: -1 }) as Json);
  const path = join(scratch, 'openapi.json');
  const dropKey = (key: string, value: unknown): unknown => (key === 'applicationKey' ? undefined : value);
  writeFileSync(path, JSON.stringify(document, dropKey));
  return path;
}

describe('a fuzzer that knows the document', () => {
  test('gets no 5xx, and no answer other than described', async () => {
    const python = await ensurePython({
      packages: {
        name: 'schemathesis',
        lock: join(fuzz, 'requirements.txt'),
        what: 'schemathesis into a Python environment of its own (once, about 60 MB)',
      },
    });
    const config = ['--config-file', join(fuzz, 'schemathesis.toml')];
    const where = ['--url', api.url, '-H', `Authorization: Bearer ${api.token}`, '--max-examples', String(EXAMPLES)];

    const { code, said } = await promisify(execFile)(
      python,
      ['-m', 'schemathesis.cli', ...config, 'run', fuzzedDocument(), ...where],
      { cwd: scratch, maxBuffer: 64 * 1024 * 1024 },
    ).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: unknown) => {
        const { code: exit, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
        return { code: exit ?? -1, said: stdout + stderr };
      },
    );

    const lines = said.split('\n').map((line) => line.slice(0, 300));
    expect({ code, failures: code === 0 ? [] : lines.slice(0, 200) }).toEqual({ code: 0, failures: [] });
    const tested = /(\d+) generated, (\d+) passed/.exec(said);
    expect(Number(tested?.[1])).toBeGreaterThan(500);
    expect(said).toMatch(/Tested: 14/);
  }, 600_000);
});
