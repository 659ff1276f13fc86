/** Compares templates with those of the last release: finds whatever a deployment would replace, remove or unprotect. */
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { statefulTypes } from './stateful.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
export interface Template {
  readonly Resources?: Record<string, Resource>;
}
/** Path of a stack (`prod/storage`) → its template. */
export type Templates = Readonly<Record<string, Template>>;

export interface Danger {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What would happen, and what would be lost. */
  readonly what: string;
}

const fatal: Partial<Record<ResourceImpact, string>> = {
  [ResourceImpact.WILL_REPLACE]: 'would be replaced',
  [ResourceImpact.MAY_REPLACE]: 'might be replaced',
  [ResourceImpact.WILL_DESTROY]: 'would be deleted',
  [ResourceImpact.WILL_ORPHAN]: 'would be left behind, and made again under another name',
};

/** Properties that keep somebody from deleting it by hand: true before, not true now. */
const protections = ['DeletionProtectionEnabled', 'DeletionProtection', 'ObjectLockEnabled'];

function weakened(before: Resource, after: Resource): string[] {
  const policies = (['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    .filter((p) => before[p] === 'Retain' && after[p] !== 'Retain')
    .map((p) => `${p} would no longer be Retain`);
  const off = protections
    .filter((p) => before.Properties?.[p] === true && after.Properties?.[p] !== true)
    .map((p) => `${p} would be off`);
  return [...policies, ...off];
}

/** Dangers of deploying `after` over `before`, in order. A stack that is new has none. */
export function compareTemplates(before: Templates, after: Templates): Danger[] {
  return Object.entries(before).flatMap(([stack, old]) => {
    const now = after[stack] ?? { Resources: {} };
    const found: Danger[] = [];
    const add = (logicalId: string, type: string, what: string): void => {
      const lost = statefulTypes[type];
      if (lost) found.push({ stack, logicalId, type, what: `${what}: ${lost}` });
    };
    // It changes the templates that it is given.
    fullDiff(structuredClone(old), structuredClone(now)).resources.forEachDifference((id, change) => {
      const impact = fatal[change.changeImpact];
      const type = change.oldResourceType ?? change.newResourceType ?? '';
      // A change of type is a deletion of the old one.
      if (impact && change.oldValue) add(id, type, impact);
    });
    for (const [id, resource] of Object.entries(old.Resources ?? {})) {
      const kept = now.Resources?.[id];
      if (kept) for (const what of weakened(resource, kept)) add(id, resource.Type, what);
    }
    return found;
  });
}
