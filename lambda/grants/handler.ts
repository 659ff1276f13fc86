/** Each hour: how many days the leave to copy from each source still has, and whether its role is enabled. */
import { IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { GrantWatched } from '../../protocol/copy.ts';
import { GrantsEnv } from '../../protocol/env.ts';
import { clientConfig } from '../../runtime/aws.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';
import { daysLeft } from './days.ts';

const { environment, grants } = readEnv(GrantsEnv);
const watched = JSON.parse(grants) as readonly GrantWatched[];
const iam = new IAMClient(clientConfig());

export async function handler(): Promise<void> {
  const now = new Date();
  for (const { datasets, until, role, policyArn } of watched) {
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
    const enabled = AttachedPolicies.some((p) => p.PolicyArn === policyArn);
    for (const dataset of datasets)
      console.log(
        emfLine(environment, dataset, {
          CopyRoleEnabled: enabled ? 1 : 0,
          ...(until !== undefined && { GrantDaysLeft: daysLeft(until, now) }),
        }),
      );
  }
}
