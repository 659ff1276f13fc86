/** Roles that DataSync takes: for this account's tasks and locations only. */
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { acceptWildcards } from '../../base/grant.ts';

export interface ServiceRoleProps {
  readonly description: string;
  readonly statements: readonly PolicyStatement[];
  /** Why resources with a wildcard are meant. */
  readonly why?: string;
  /** @default made by CloudFormation */
  readonly roleName?: string;
}

/** Its policy is part of it, so that 60 datasets stay far below the 500 resources of a stack. */
export class DatasyncRole extends Role {
  constructor(scope: Construct, id: string, { description, statements, why, roleName }: ServiceRoleProps) {
    const { account, region, partition } = Stack.of(scope);
    super(scope, id, {
      description,
      ...(roleName !== undefined && { roleName }),
      // DataSync user guide, cross-service-confused-deputy-prevention.
      assumedBy: new ServicePrincipal('datasync.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:datasync:${region}:${account}:*` },
        },
      }),
      inlinePolicies: { transfer: new PolicyDocument({ statements: [...statements] }) },
    });
    if (why !== undefined)
      acceptWildcards(
        this,
        statements.flatMap((s) => s.resources),
        why,
      );
  }
}

/** Use of a key through one service of a Region only. */
export const keyThrough = (service: string, region: string, key: IKey | string, actions: string[]): PolicyStatement =>
  new PolicyStatement({
    actions,
    resources: [typeof key === 'string' ? key : key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
  });
