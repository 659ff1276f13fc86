/** Groups of people and applications that work with an estate, and who may take their roles. */
import { z } from 'zod';
import type { Sensitivity } from './contract.ts';

export const groups = ['platform', 'operator', 'scientist', 'auditor', 'application'] as const;
export type Group = (typeof groups)[number];

export const Member = z
  .string()
  .regex(
    /^arn:aws[\w-]*:iam::\d{12}:(role|user|saml-provider)\/[\w+=,.@/-]+$/,
    'must be the ARN of a role, user or SAML provider, without wildcards',
  );

const Members = z.array(Member).min(1);

/** Applications have no MFA device and sign in nowhere. */
const ApplicationMembers = z
  .array(Member.regex(/:role\//, 'an application takes its role from a role of its own, not as a user or by SAML'))
  .min(1);

/** Classes of data that a group reads only where the estate says so; each has its own key. */
export const sensitiveClasses = ['confidential', 'personal'] as const satisfies readonly Sensitivity[];
export type SensitiveClass = (typeof sensitiveClasses)[number];

/** Group → who may take its role. A group that is not named gets no role. */
export const People = z.strictObject({
  platform: Members.optional(),
  operator: Members.optional(),
  scientist: z
    .strictObject({
      members: Members,
      /** Sensitive classes that scientists read beside public and internal data. @default none */
      reads: z.array(z.enum(sensitiveClasses)).default([]),
    })
    .optional(),
  auditor: Members.optional(),
  application: ApplicationMembers.optional(),
});
export type People = z.infer<typeof People>;

/** Who may take a group's role; empty when it gets none. */
export function membersOf(people: People, group: Group): readonly string[] {
  const of = people[group];
  return (of && 'members' in of ? of.members : of) ?? [];
}

/** SAML providers that groups sign in with. Takes what a person wrote, so that all mistakes are told at once. */
export const signIns = (people: unknown): string[] =>
  (JSON.stringify(people ?? {}).match(/"arn:[^"]*:saml-provider\/[^"]*"/g) ?? []).map((quoted) => quoted.slice(1, -1));
