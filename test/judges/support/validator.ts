/** CDK's template validator with the rules of rules/, on single templates. */
import { App, CloudFormationValidatePlugin, type IPolicyValidationContext } from 'aws-cdk-lib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRules } from '../../../lib/base/judges.ts';
import { templates, type TemplateJson } from '../../infra/support/assembly.ts';

export interface ValidatorFinding {
  readonly rule: string;
  /** Logical id, property and what is wrong. */
  readonly what: string;
}

/** Names of our own rules begin so; all others are AWS's. */
export const OWN = 'DECANT-';

/** A validator whose engine is made once, for all resource types of the estate. `folder` takes the templates. */
export class Validator {
  private readonly folder: string;
  private readonly plugin = new CloudFormationValidatePlugin({ regoRules: ownRules() });
  private ready = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Findings of a template that is deployed as the stack of the path. */
  judge(path: string, template: TemplateJson): ValidatorFinding[] {
    if (!this.ready) {
      this.ready = true;
      // Types that come later would make it again, for three seconds each time.
      this.run([...templates].map(([p, t]) => this.context(p, t)));
    }
    return this.run([this.context(path, template)]);
  }

  private context(path: string, template: TemplateJson): IPolicyValidationContext['stackTemplates'][number] {
    const templatePath = join(this.folder, `${path.replace('/', '-')}.template.json`);
    writeFileSync(templatePath, JSON.stringify(template));
    return { stackConstructPath: path, templatePath, accountId: '222222222222', region: 'eu-central-1' };
  }

  private run(stackTemplates: IPolicyValidationContext['stackTemplates']): ValidatorFinding[] {
    const templatePaths = stackTemplates.map((t) => t.templatePath);
    const appConstruct = new App();
    return this.plugin.validate({ appConstruct, stackTemplates, templatePaths }).violations.flatMap((v) =>
      v.violatingResources.map((r) => ({
        rule: v.ruleName,
        what: `${r.resourceLogicalId ?? r.constructPath}: ${v.description}`,
      })),
    );
  }
}
