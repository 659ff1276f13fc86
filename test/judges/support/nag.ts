/** The packs of cdk-nag on a template: it is included into an app of its own, without what the estate accepts. */
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateJson } from '../../infra/support/assembly.ts';

const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** Findings as `<pack>-<rule> at <logical id>`. */
export function nagFindings(folder: string, path: string, template: TemplateJson): string[] {
  const templateFile = join(folder, `${path.replace('/', '-')}.nag.json`);
  writeFileSync(templateFile, JSON.stringify(template));
  const app = new App({ context: { ...context, 'aws:cdk:disable-stack-trace': true } });
  const stack = new Stack(app, 'stack', { env: { account: '222222222222', region: 'eu-central-1' } });
  try {
    new CfnInclude(stack, 'template', { templateFile });
  } catch {
    return []; // A reference that leads nowhere, which the validator tells.
  }
  const packs = [
    new AwsSolutionsChecks(app),
    new NIST80053R5Checks(app),
    new HIPAASecurityChecks(app),
    new PCIDSS321Checks(app),
  ];
  return packs.flatMap((pack) =>
    pack
      .validateScope(stack)
      .violations.flatMap((v) =>
        v.violatingResources.map((r) => `${v.ruleName} at ${r.constructPath?.split('/').at(-1)}`),
      ),
  );
}
