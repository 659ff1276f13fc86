/** test/fixtures/transfers.yaml, synthesized once for a test file, and how to find things in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from './transfer.ts';

export const text = readFileSync(join(import.meta.dirname, '../../fixtures/transfers.yaml'), 'utf8');
export const { template, notes } = synthesize(text);

export const AGENT = 'arn:aws:datasync:eu-central-1:111111111111:agent/agent-0123456789abcdef0';
export const BASIC_AGENT = AGENT.replace('abcdef0', 'abcdef1');
export const secret = (name: string): string => `arn:aws:secretsmanager:eu-central-1:111111111111:secret:${name}`;
export const base64 = (plain: string): string => Buffer.from(plain).toString('base64');

export interface Found {
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Properties of the resources of a type that belong to a dataset. */
export function of(type: string, dataset: string): Readonly<Record<string, unknown>>[] {
  const prefix = `datasync${dataset.replaceAll('-', '')}`;
  return Object.entries(template.findResources(`AWS::${type}`))
    .filter(([id]) => new RegExp(`^${prefix}(source|destination|task|parameter|role|reader)`).test(id))
    .map(([, found]) => (found as Found).Properties);
}

export const task = (dataset: string): Readonly<Record<string, unknown>> => of('DataSync::Task', dataset)[0] ?? {};
export const options = (dataset: string): Readonly<Record<string, unknown>> =>
  (task(dataset)['Options'] ?? {}) as Readonly<Record<string, unknown>>;
/** Statements of the role of a dataset, or of the one that reads its bucket. */
export const statements = (dataset: string, id: 'role' | 'reader'): unknown => {
  const [found] = Object.entries(template.findResources('AWS::IAM::Role'))
    .filter(([logical]) => logical.startsWith(`datasync${dataset}${id}`))
    .map(([, r]) => (r as Found).Properties['Policies'] as { PolicyDocument: { Statement: unknown } }[]);
  return found?.[0]?.PolicyDocument.Statement;
};
