/** How mistakes are made: small edits of one synthesized template. */
import type { Resource, TemplateJson } from '../../infra/support/assembly.ts';

/** What can be edited of a template. */
export interface Edited {
  readonly Resources: Record<string, Editable>;
}
export interface Editable {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface Mistake {
  /** What somebody did. */
  readonly title: string;
  /** Path of the stack. */
  readonly stack: string;
  readonly make: (template: Edited) => void;
  /** Judges that must catch it; others may. */
  readonly caughtBy: readonly JudgeName[];
}

export type JudgeName =
  | 'template validator'
  | 'own rules'
  | 'cfn-lint'
  | 'cdk-nag'
  | 'workflow linter'
  | 'workflow interpreter'
  | 'IAM simulation'
  | 'diff gate'
  | 'frozen ids';

/** A copy to edit; every resource has properties. */
export function editable(template: TemplateJson): Edited {
  const copy = structuredClone(template) as unknown as Edited & { Resources: Record<string, Resource> };
  for (const r of Object.values(copy.Resources)) (r as { Properties?: object }).Properties ??= {};
  return copy;
}

/** The one resource of a type whose logical id begins so. */
export function find(template: Edited, type: string, prefix = ''): Editable {
  const hits = Object.entries(template.Resources).filter(([id, r]) => r.Type === type && id.startsWith(prefix));
  const [hit] = hits;
  if (!hit) throw new Error(`no ${type} begins with ${prefix}`);
  return hit[1];
}

export const idOf = (template: Edited, resource: Editable): string =>
  Object.entries(template.Resources).find(([, r]) => r === resource)?.[0] ?? '';

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}
interface Document {
  Statement: Statement[];
}

export const statements = (resource: Editable, property = 'PolicyDocument'): Statement[] =>
  (resource.Properties[property] as Document).Statement;

/** Statements of the policy of a role whose logical id begins so. */
export function policyOf(template: Edited, role: string): Statement[] {
  const hit = Object.values(template.Resources).find(
    (r) => r.Type === 'AWS::IAM::Policy' && (r.Properties['Roles'] as { Ref: string }[])[0]?.Ref.startsWith(role),
  );
  if (!hit) throw new Error(`no role ${role} with a policy`);
  return statements(hit);
}

/** Definition of a state machine, parsed; what `edit` leaves takes its place. References are kept. */
export function definition(template: Edited, prefix: string, edit: (d: EditedMachine) => void): void {
  const machine = find(template, 'AWS::StepFunctions::StateMachine', prefix);
  const joined = machine.Properties['DefinitionString'] as { 'Fn::Join': [string, unknown[]] };
  const references: unknown[] = [];
  const text = joined['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : `@@${references.push(part) - 1}@@`))
    .join('');
  const parsed = JSON.parse(text) as EditedMachine;
  edit(parsed);
  const parts = JSON.stringify(parsed)
    .split(/@@(\d+)@@/)
    .map((part, i) => (i % 2 ? references[Number(part)] : part));
  machine.Properties['DefinitionString'] = { 'Fn::Join': ['', parts] };
}

export interface EditedState {
  Type: string;
  Resource?: string;
  Retry?: Record<string, unknown>[];
  Catch?: Record<string, unknown>[];
  [field: string]: unknown;
}
export interface EditedMachine {
  StartAt: string;
  States: Record<string, EditedState>;
}

export function state(machine: EditedMachine, name: string): EditedState {
  const found = machine.States[name];
  if (!found) throw new Error(`no state ${name}; there are ${Object.keys(machine.States).join(', ')}`);
  return found;
}
