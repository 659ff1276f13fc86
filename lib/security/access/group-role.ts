/** The role of a group of people, or of an application: who may take it, and under which conditions. */
import { Duration } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  FederatedPrincipal,
  type IPrincipal,
  PrincipalWithConditions,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Group, membersOf } from '../../../protocol/people.ts';
import type { EstateContext } from '../../base/context.ts';
import { groupRoleName, IAM_PATH } from '../names.ts';

/** Hours of one session: the more a role can break, the shorter. A role that takes a role has one in any case. */
const HOURS: Record<Group, number> = { platform: 1, operator: 4, scientist: 8, auditor: 8, application: 1 };

/** A sign-in of yesterday is no proof of who sits there today. */
const MFA_AGE = Duration.hours(8);

export class GroupRole extends Role {
  constructor(scope: Construct, group: Group, context: EstateContext) {
    const { estate, environmentName, environment } = context;
    const members = membersOf(environment.people, group).map((arn) => principalOf(arn, group));
    super(scope, `${group}-role`, {
      roleName: groupRoleName(context, group),
      path: IAM_PATH,
      description: `Decant ${estate} ${environmentName}: ${group}`,
      assumedBy: new CompositePrincipal(...members),
      maxSessionDuration: Duration.hours(HOURS[group]),
    });
  }
}

/** A user proves who it is with MFA; a role or identity provider has done so before, or is a program. */
function principalOf(arn: string, group: Group): IPrincipal {
  if (arn.includes(':saml-provider/')) {
    return new FederatedPrincipal(
      arn,
      { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      'sts:AssumeRoleWithSAML',
    );
  }
  const principal = new ArnPrincipal(arn);
  if (arn.includes(':user/')) {
    return new PrincipalWithConditions(principal, {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': String(MFA_AGE.toSeconds()) },
    });
  }
  // The session's name is who acts, in the trail and in Athena: a person's, unless it is an application.
  return group === 'application'
    ? principal
    : new PrincipalWithConditions(principal, { StringLike: { 'sts:RoleSessionName': '?*@?*' } });
}
