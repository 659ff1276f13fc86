/** Grants that name what they allow: key patterns, and the key only through the service that holds the data. */
import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accept } from './accept.ts';

/**
 * Adds a statement to a principal's own policy.
 * @param why Why a resource with a wildcard is meant; without it the rule packs report one.
 */
export function allow(
  grantee: IGrantable,
  actions: string[],
  resources: string[],
  conditions?: Record<string, Record<string, unknown>>,
  why?: string,
): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }),
  );
  if (why) acceptWildcards(grantee, resources, why);
}

/** Accepts the wildcards of resources that a principal was granted. */
export function acceptWildcards(grantee: IGrantable, resources: readonly string[], why: string): void {
  const { grantPrincipal } = grantee;
  if (!Construct.isConstruct(grantPrincipal)) return; // A principal of another account or a service.
  for (const r of resources) if (r.includes('*')) accept(grantPrincipal, `IAM5[Resource::${r}]`, why);
}

/** Use of a key through one service only: never on data that the principal holds itself. */
export function allowKey(
  grantee: IGrantable,
  key: IKey,
  service: 's3' | 's3vectors' | 'dynamodb' | 'sqs',
  use: 'read' | 'write',
): void {
  // Parts of a multipart upload are read back when it is completed, so writing needs Decrypt too
  // (S3 user guide, mpuoverview, permissions).
  const actions = use === 'read' ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey'];
  const { region } = Stack.of(key);
  allow(grantee, actions, [key.keyArn], { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } });
}
