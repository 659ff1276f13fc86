/** Names of roles and policies that others must name before they exist. */
import { fitName, ROLE_NAME } from '../../protocol/names.ts';
import type { Group } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';

/** Roles and policies that Decant owns lie below it. */
export const IAM_PATH = '/decant/';

export const groupRoleName = ({ estate, environmentName }: EstateContext, group: Group): string =>
  fitName(`${estate}-${environmentName}-${group}`, ROLE_NAME);

export const groupRoleArn = (context: EstateContext, group: Group, partition: string, account: string): string =>
  `arn:${partition}:iam::${account}:role${IAM_PATH}${groupRoleName(context, group)}`;

export const boundaryName = ({ estate, environmentName }: EstateContext): string =>
  `${estate}-${environmentName}-boundary`;

/** The trail of management events, or the one of objects. */
export const trailName = ({ estate, environmentName }: EstateContext, of: 'account' | 'objects'): string =>
  `${estate}-${environmentName}-${of}`;

/** Roles of copies between buckets, and the policies that they are switched with (protocol/copy.ts). */
export const copyNames = ({ estate, environmentName }: EstateContext): string => `${estate}-${environmentName}-copy-*`;
