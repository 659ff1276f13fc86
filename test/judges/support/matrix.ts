/** Which resource types each judge really looks at, found out by trying: a resource is spoiled, and the judge says so or not. */
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type IApplyRule,
  NagRuleCompliance,
  NIST80053R5Checks,
  PCIDSS321Checks,
} from 'cdk-nag';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templates, type TemplateJson } from '../../infra/support/assembly.ts';
import { cfnLint } from './cfn-lint.ts';
import { emulatedTypes } from './emulated-types.ts';
import { simulatedTypes } from './iam.ts';
import { Validator } from './validator.ts';

export const columns = ['template validator', 'cfn-lint', 'cdk-nag', 'IAM simulation', 'embedded deploy'] as const;
export type Column = (typeof columns)[number];
/** Resource type → the judges that look at it. */
export type Matrix = ReadonlyMap<string, ReadonlySet<Column>>;

/** No schema has it. */
const SPOILED = 'DecantSpoiled';

const types = (): string[] =>
  [...new Set([...templates.values()].flatMap((t) => Object.values(t.Resources).map((r) => r.Type)))].sort();

/** Custom resources have whatever properties they like, but not without the function that they are made by. */
const spoil = (type: string, properties: object = {}): Record<string, unknown> =>
  type.startsWith('Custom::') ? {} : { ...properties, [SPOILED]: 'x' };
const told = (message: string): boolean => message.includes(SPOILED) || message.includes('ServiceToken');

/** One resource of each type, in as few templates as there are stacks, each with a property that it does not have. */
function spoiled(): [string, TemplateJson][] {
  return [...templates].map(([path, template]) => [
    path,
    {
      ...template,
      Resources: Object.fromEntries(
        Object.entries(template.Resources).map(([id, r]) => [id, { ...r, Properties: spoil(r.Type, r.Properties) }]),
      ),
    },
  ]);
}

const typeOf = (template: TemplateJson, text: string): string | undefined =>
  Object.entries(template.Resources).find(([id]) => text.startsWith(`${id}:`))?.[1].Type;

function validated(folder: string): Set<string> {
  const validator = new Validator(folder);
  const seen = spoiled().flatMap(([path, template]) =>
    validator
      .judge(path, template)
      .filter((f) => told(f.what))
      .map((f) => typeOf(template, f.what)),
  );
  return new Set(seen.filter((t) => t !== undefined));
}

async function linted(folder: string): Promise<Set<string>> {
  // One resource of a type is enough, and this judge is slow.
  const left = new Set(types());
  const one: Record<string, TemplateJson['Resources'][string]> = {};
  for (const [path, template] of spoiled()) {
    for (const [id, r] of Object.entries(template.Resources)) {
      if (left.delete(r.Type)) one[`R${path.replaceAll(/\W/g, '')}${id}`] = { Type: r.Type, Properties: spoil(r.Type) };
    }
  }
  const file = join(folder, 'one-of-each.template.json');
  writeFileSync(file, JSON.stringify({ Resources: one }));
  const found = (await cfnLint([file])).filter((f) => told(f.message));
  return new Set(found.map((f) => one[f.path.split('/')[1] ?? '']?.Type ?? ''));
}

/** Types for which some rule of the packs does not answer that it is none of its business. */
function nagged(folder: string): Set<string> {
  const seen = new Set<string>();
  for (const [path, template] of templates) {
    const templateFile = join(folder, `${path.replace('/', '-')}.nag.json`);
    writeFileSync(templateFile, JSON.stringify(template));
    const app = new App();
    const stack = new Stack(app, 'stack', { env: { account: '222222222222', region: 'eu-central-1' } });
    new CfnInclude(stack, 'template', { templateFile });
    for (const Pack of [AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks]) {
      const pack = new Pack(app) as unknown as { applyRule(p: IApplyRule): void; validateScope(s: Stack): void };
      pack.applyRule = (asks) => {
        const { node } = asks;
        if (!seen.has(node.cfnResourceType) && asked(asks)) seen.add(node.cfnResourceType);
      };
      pack.validateScope(stack);
    }
  }
  return seen;
}

function asked(asks: IApplyRule): boolean {
  try {
    return asks.rule(asks.node) !== NagRuleCompliance.NOT_APPLICABLE;
  } catch {
    return true; // It looked, and met a reference that it cannot follow.
  }
}

export async function matrix(): Promise<Matrix> {
  const folder = mkdtempSync(join(tmpdir(), 'decant-matrix-'));
  try {
    const seen: Record<Column, ReadonlySet<string>> = {
      'template validator': validated(folder),
      'cfn-lint': await linted(folder),
      'cdk-nag': nagged(folder),
      'IAM simulation': new Set(simulatedTypes),
      'embedded deploy': new Set(await emulatedTypes()),
    };
    return new Map(
      types().map((t) => [t, new Set(columns.filter((c) => seen[c].has(t) || (c === 'embedded deploy' && made(t))))]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The embedded AWS calls the function of a custom resource, as AWS does (local/emulator/gaps/custom_resource.py). */
const made = (type: string): boolean => type.startsWith('Custom::');

/** The matrix as a table of Markdown. */
export function matrixText(found: Matrix): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = [...found].map(([type, by]) => line([`\`${type}\``, ...columns.map((c) => (by.has(c) ? '×' : ''))]));
  return [line(['resource type', ...columns]), line(['---', ...columns.map(() => ':-:')]), ...rows].join('\n');
}
