/** What judged the fixture estate at synthesis (test/jest/judge.cjs), as CDK reports it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Finding {
  readonly ruleName: string;
  readonly description?: string;
  readonly reason?: string;
  readonly violatingConstructs?: readonly { readonly constructPath?: string }[];
}

export interface PluginReport {
  readonly pluginName: string;
  readonly conclusion: 'success' | 'failure';
  readonly violations: readonly Finding[];
  readonly suppressedViolations?: readonly Finding[];
}

const file = join(import.meta.dirname, '../../../build/judged/validation-report.json');

export const pluginReports = (JSON.parse(readFileSync(file, 'utf8')) as { pluginReports: PluginReport[] })
  .pluginReports;

/** Each finding on a line: what a failed test shows. */
export const told = (findings: readonly Finding[]): string[] =>
  findings.map(
    (f) => `${f.ruleName} at ${f.violatingConstructs?.map((c) => c.constructPath).join(', ')}: ${f.description}`,
  );
