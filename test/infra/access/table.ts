/** What a table of a role says, and what many tables name. */
import type { Context } from '../support/policy.ts';
import { arn, machine } from './on.ts';

export type Row = readonly [action: string, resource: string, context?: Context];

export interface AccessTable {
  /** Begins `stack/logicalId` of the role. */
  readonly role: string;
  readonly must: readonly Row[];
  readonly mustNot: readonly Row[];
}

export const RAW = 'lab/assays/2026/a b+c%.csv';
/** A task of this environment, by its tags. */
export const ownTask = { 'aws:ResourceTag/decant:estate': 'bpc', 'aws:ResourceTag/decant:environment': 'prod' };

/** What only people who deploy may do, and no program. */
export const deploys: Row[] = [
  ['ecs:RegisterTaskDefinition', '*'],
  ['lambda:UpdateFunctionCode', arn('lambda', 'function:x')],
  ['states:UpdateStateMachine', machine('ingest')],
];
