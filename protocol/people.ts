/** Groups of people and applications that work with an estate, and who may take their roles. */
import { z } from 'zod';

export const groups = ['platform', 'operator', 'scientist', 'auditor', 'application'] as const;
export type Group = (typeof groups)[number];

export const Member = z
  .string()
  .regex(
    /^arn:aws[\w-]*:iam::\d{12}:(role|user|saml-provider)\/.+$/,
    'must be the ARN of a role, user or SAML provider',
  );

/** Group → who may take its role. A group without members gets no role. */
export const People = z.partialRecord(z.enum(groups), z.array(Member));
export type People = z.infer<typeof People>;
