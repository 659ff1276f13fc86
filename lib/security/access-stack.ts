/**
 * Roles of people and applications, downstream of all that they are granted; only groups with members have one
 * (docs/decisions/050-keys-of-classes-and-roles-of-people.md).
 */
import type { Construct } from 'constructs';
import { type Group, groups, membersOf } from '../../protocol/people.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { grantAuditor } from './access/auditor.ts';
import { GroupRole } from './access/group-role.ts';
import { grantOperator } from './access/operator.ts';
import { grantPlatform } from './access/platform.ts';
import { grantScientist } from './access/scientist.ts';
import type { AccessProps } from './access/scope.ts';
import { LakeFormation } from './lake-formation.ts';

type Grant = (role: GroupRole, stack: EstateStack, context: EstateContext, props: AccessProps) => void;

const grants: Partial<Record<Group, Grant>> = {
  platform: grantPlatform,
  operator: grantOperator,
  scientist: grantScientist,
  auditor: grantAuditor,
};

const named = ({ environment }: EstateContext): Group[] =>
  groups.filter((group) => membersOf(environment.people, group).length > 0);

export class AccessStack extends EstateStack {
  static isNeeded(context: EstateContext): boolean {
    return named(context).length > 0;
  }

  constructor(scope: Construct, context: EstateContext, props: AccessProps) {
    super(scope, 'access', context);
    for (const group of named(context)) {
      const role = new GroupRole(this, group, context);
      // Applications ask the API of their environment; what else is theirs is granted where it is made.
      grants[group]?.(role, this, context, props);
      if (group === 'scientist' && context.environment.lakeFormation) new LakeFormation(this, context, role, props);
    }
  }
}
