/** The synthesized fixture estate (test/jest/synth.cjs), as templates. */
import { Template } from 'aws-cdk-lib/assertions';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackName } from '../../../protocol/names.ts';

export type EnvironmentName = 'local' | 'dev' | 'prod';
export const environments: readonly EnvironmentName[] = ['local', 'dev', 'prod'];

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
export interface TemplateJson {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

const folder = join(import.meta.dirname, '../../../build/cdk.out');
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly properties?: { templateFile?: string; stackName?: string };
}
const { artifacts } = read('manifest.json') as { artifacts: Record<string, Artifact> };

/** Path of the stack (`dev/ingest`) → template. */
export const templates: ReadonlyMap<string, TemplateJson> = new Map(
  Object.values(artifacts)
    .filter((a) => a.type === 'aws:cloudformation:stack')
    .map((a) => [a.displayName ?? '', read(a.properties?.templateFile ?? '') as TemplateJson]),
);

export function templateJson(environment: EnvironmentName, stack: StackName): TemplateJson {
  const found = templates.get(`${environment}/${stack}`);
  if (!found) throw new Error(`no stack ${environment}/${stack}; there are ${[...templates.keys()].join(', ')}`);
  return found;
}

export const template = (environment: EnvironmentName, stack: StackName): Template =>
  Template.fromJSON(templateJson(environment, stack));

/** Resources of a type in all stacks of an environment: `stack/logicalId` → resource. */
export function resourcesOf(environment: EnvironmentName, type: string): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const [path, { Resources }] of templates) {
    if (!path.startsWith(`${environment}/`)) continue;
    for (const [id, r] of Object.entries(Resources)) if (r.Type === type) found.set(`${path}/${id}`, r);
  }
  return found;
}
