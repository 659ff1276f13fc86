import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { stackNames } from '../../protocol/names.ts';

const root = join(import.meta.dirname, '../..');

/** Runs the app as `cdk` does, without the template validator. */
function synth(context: Record<string, string>, out: string): { status: number | null; stderr: string } {
  const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
  return spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }),
    },
  });
}

describe('the app', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'decant-synth-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('says which file it misses and what to do, without a stack', () => {
    const { status, stderr } = synth({ estate: join(folder, 'none.yaml') }, join(folder, 'out'));

    expect(status).toBe(1);
    expect(stderr).toContain('none.yaml: no such file');
    expect(stderr).not.toContain('    at ');
  });

  it('says which environments there are when another is asked for', () => {
    const { status, stderr } = synth(
      { estate: 'test/fixtures/estate.yaml', environment: 'stage' },
      join(folder, 'out'),
    );

    expect([status, stderr.trim()]).toEqual([
      1,
      '-c environment="stage" is not an environment of the estate; local, dev, prod',
    ]);
  });

  it('takes an estate of 60 datasets, and makes the same templates of it twice', () => {
    const estate = parse(readFileSync(join(root, 'test/fixtures/estate.yaml'), 'utf8')) as {
      estate: string;
      environments: object;
      datasets: Record<string, { contract: { tables: object } }>;
    };
    const { assays } = estate.datasets;
    for (let i = 0; i < 60; i++) {
      estate.datasets[`dataset-${i}`] = {
        ...assays,
        contract: { ...assays?.contract, tables: { [`table_${i}`]: {} } },
      };
    }
    const file = join(folder, 'large.yaml');
    writeFileSync(file, stringify({ ...estate, estate: 'large' }));
    const outs = ['a', 'b'].map((name) => join(folder, name));

    const runs = outs.map((out) => synth({ estate: file, environment: 'prod' }, out));

    expect(runs.map((r) => [r.status, r.stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const [a, b] = outs.map((out) =>
      readdirSync(out)
        .filter((f) => f.endsWith('.template.json'))
        .map((f) => readFileSync(join(out, f), 'utf8')),
    );
    // Its prod builds images where it is deployed from.
    expect(a).toHaveLength(stackNames.filter((name) => name !== 'images').length);
    expect(a).toEqual(b);
    for (const text of a ?? []) {
      expect(Object.keys((JSON.parse(text) as { Resources: object }).Resources).length).toBeLessThan(500);
    }
  });
});
