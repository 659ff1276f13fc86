/** Everything that judges the templates at synthesis: CDK's own validator with our rules, and the packs of cdk-nag. */
import { type App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulePacks } from './accepted-findings.ts';

const folder = join(import.meta.dirname, '../../rules');

/** The rules of rules/*.rego: what AWS refuses at deployment or later, and no schema says; and what this estate wants. */
export const ownRules = (): { name: string; content: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.rego'))
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name), 'utf8') }));

/** `CDK_VALIDATION=false` leaves all of it out, as it does with CDK's own validator. */
export function addJudges(app: App): void {
  if (process.env['CDK_VALIDATION'] === 'false') return;
  Validations.of(app).addPlugins(new CloudFormationValidatePlugin({ regoRules: ownRules() }), ...rulePacks(app));
}
