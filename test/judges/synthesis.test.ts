import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declinedRules } from '../../lib/base/declined-rules.ts';
import { print } from './support/print.ts';
import { pluginReports, told } from './support/report.ts';

const root = join(import.meta.dirname, '../..');
const packs = ['AwsSolutions', 'NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

describe('at synthesis', () => {
  print(() =>
    pluginReports.map(({ pluginName, violations, suppressedViolations = [] }) => {
      const places = new Set(
        suppressedViolations.flatMap((v) => v.violatingConstructs ?? []).map((c) => c.constructPath),
      );
      return `${pluginName}: ${violations.length} findings, ${suppressedViolations.length} accepted at ${places.size} resources`;
    }),
  );

  it.each(pluginReports.map((r) => [r.pluginName, r] as const))('%s finds nothing that is not accepted', (_name, r) => {
    expect(told(r.violations)).toEqual([]);
  });

  it('the validator and every pack have judged', () => {
    expect(pluginReports.map((r) => r.pluginName)).toEqual(
      expect.arrayContaining(['CloudFormation Validate', ...packs]),
    );
  });

  it('everything accepted has a reason that a reviewer can weigh', () => {
    const reasons = pluginReports.flatMap((r) => r.suppressedViolations ?? []).map((v) => v.reason ?? '');

    expect(reasons.length).toBeGreaterThan(100);
    expect(reasons.filter((r) => r.length < 25)).toEqual([]);
  });
});

describe('rules that are declined as a whole', () => {
  it('are ten at most', () => {
    expect(declinedRules.length).toBeLessThanOrEqual(10);
  });

  it.each(declinedRules.map((d) => [d.rule, d] as const))(
    '%s has its decision page, which names it',
    (rule, declined) => {
      const page = join(root, declined.decision);

      expect([declined.decision, existsSync(page)]).toEqual([declined.decision, true]);
      expect(readFileSync(page, 'utf8')).toContain(`\`${rule}\``);
    },
  );

  it('each still find something, so that none is stale', () => {
    const found = new Set(pluginReports.flatMap((r) => r.suppressedViolations ?? []).map((v) => v.reason));
    const stale = declinedRules.filter((d) => ![...found].some((reason) => reason?.startsWith(d.reason)));

    expect(stale.map((d) => d.rule)).toEqual([]);
  });
});
