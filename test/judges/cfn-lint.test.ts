import { beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cfnLint, type LintFinding } from './support/cfn-lint.ts';
import { print } from './support/print.ts';

const folder = join(import.meta.dirname, '../../build/cdk.out');
const files = readdirSync(folder)
  .filter((f) => f.endsWith('.template.json'))
  .map((f) => join(folder, f));

describe('cfn-lint', () => {
  let findings: LintFinding[] = [];
  print(() => [`cfn-lint: ${files.length} templates, ${findings.length} findings`]);
  beforeAll(async () => void (findings = await cfnLint(files)));

  it('finds nothing', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(findings).toEqual([]);
  });
});
