/** Names of roles and policies that others must name before they exist. */
import type { Group } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';

/** Roles and policies that Decant owns lie below it. */
export const IAM_PATH = '/decant/';
/** Roles that a workflow may enable and disable. The permissions boundary lets programs write no others. */
export const SWITCHED_PATH = '/decant/switched/';

/** IAM's own limit. */
const LONGEST_ROLE_NAME = 64;

/** Name of a group's role. Throws a RangeError when IAM has no room for it. */
export function groupRoleName({ estate, environmentName }: EstateContext, group: Group): string {
  const name = `${estate}-${environmentName}-${group}`;
  if (name.length <= LONGEST_ROLE_NAME) return name;
  throw new RangeError(
    `environments.${environmentName}: role ${name} has ${name.length} characters, IAM takes ${LONGEST_ROLE_NAME}; shorten the name of the estate or of the environment`,
  );
}

export const groupRoleArn = (context: EstateContext, group: Group, partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:role${IAM_PATH}${groupRoleName(context, group)}`;

export const boundaryName = ({ estate, environmentName }: EstateContext): string =>
  `${estate}-${environmentName}-boundary`;

/** The trail of management events, or the one of objects. */
export const trailName = ({ estate, environmentName }: EstateContext, of: 'account' | 'objects'): string =>
  `${estate}-${environmentName}-${of}`;
