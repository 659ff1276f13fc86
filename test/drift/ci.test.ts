import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the CI workflow', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as {
    jobs: Record<string, { steps: { run?: string; uses?: string }[] }>;
  };
  const runs = Object.values(jobs).flatMap((job) => job.steps.flatMap((s) => s.run ?? []));

  it('runs the test command of the README, and nothing else', () => {
    const command = /^(npm ci && npm test)\s+#/m.exec(read('README.md'))?.[1];

    expect(command).toBe('npm ci && npm test');
    expect(runs).toEqual([command]);
  });

  it('is what .ci/run does', () => {
    const lines = read('.ci/run')
      .split('\n')
      .filter((l) => l.startsWith('npm '));

    expect(lines.map((l) => l.replace(' --no-audit --no-fund', '')).join(' && ')).toBe(runs[0]);
  });

  it('names a version of every action that it uses', () => {
    const used = Object.values(jobs).flatMap((job) => job.steps.flatMap((s) => s.uses ?? []));

    expect(used.filter((u) => !/^actions\/[a-z-]+@v\d+$/.test(u))).toEqual([]);
  });
});
