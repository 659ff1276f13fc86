/** A source bucket that is copied from: its role, the policy that enables it, and the statement in the bucket's policy. */
import { Stack } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  CompositePrincipal,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { copyPolicyName, copyRoleName, type CopyRoute, type GrantWatched } from '../../../protocol/copy.ts';
import { copyReadActions } from '../../../protocol/copy-statements.ts';
import type { Estate } from '../../../protocol/estate.ts';
import { RawKeys, WorkKeys } from '../../../protocol/keys.ts';
import { membersOf } from '../../../protocol/people.ts';
import { accept } from '../../base/accept.ts';
import type { EstateContext } from '../../base/context.ts';
import { groupRoleArn } from '../../security/names.ts';
import type { Buckets } from '../../storage/buckets.ts';
import { deployLeave } from './leave.ts';

export interface CopiedSourceProps {
  /** Name of the source. */
  readonly source: string;
  /** Datasets that are copied from it. */
  readonly routes: readonly CopyRoute[];
  readonly buckets: Buckets;
}

type Source = Estate['sources'][string];

export class CopiedSource extends Construct {
  readonly watched: GrantWatched;
  readonly role: Role;
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, context: EstateContext, props: CopiedSourceProps) {
    super(scope, props.source);
    const { estate, environmentName, declared } = context;
    const { source, routes } = props;
    const declaredSource = declared.sources[source] as Source;
    this.role = new Role(this, 'role', {
      roleName: copyRoleName(estate, environmentName, source),
      description: `Copies datasets of ${source} into raw; can do nothing until decant copy attaches its policy`,
      assumedBy: this.trust(context),
    });
    this.policy = new ManagedPolicy(this, 'policy', {
      managedPolicyName: copyPolicyName(estate, environmentName, source),
      description: `What the role of copies from ${source} may do while decant copy has it enabled`,
    });
    this.grantRead(declaredSource, routes);
    this.grantWrite(props);
    if (declaredSource.grant?.ours)
      deployLeave(this, context, { source, of: declaredSource, routes, after: this.role });
    this.watched = {
      datasets: routes.map((r) => r.dataset),
      ...(declaredSource.grant && { until: declaredSource.grant.until }),
      role: this.role.roleName,
      policyArn: this.policy.managedPolicyArn,
    };
  }

  /** Batch jobs of this account, and operators, who copy what a batch job cannot. */
  private trust(context: EstateContext): CompositePrincipal {
    const { account, partition } = Stack.of(this);
    const operators = membersOf(context.environment.people, 'operator').length > 0;
    const people = new AccountPrincipal(account).withConditions({
      // The operators' role is made later, so the account is trusted, and of it that role alone.
      ...(operators && { ArnEquals: { 'aws:PrincipalArn': groupRoleArn(context, 'operator', partition, account) } }),
      StringEquals: { 'aws:PrincipalAccount': account },
    });
    return new CompositePrincipal(
      // S3 user guide, batch-ops-iam-role-policies.
      new ServicePrincipal('batchoperations.s3.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      people,
    );
  }

  private allow(actions: string[], resources: string[], conditions?: Record<string, Record<string, unknown>>): void {
    this.policy.addStatements(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
    const why = 'Objects below the folders of the datasets that are copied; their keys are not known at deployment.';
    for (const r of resources) if (r.includes('*')) accept(this.policy, `IAM5[Resource::${r}]`, why);
  }

  private grantRead(source: Source, routes: readonly CopyRoute[]): void {
    const { partition, account, region } = Stack.of(this);
    const bucket = `arn:${partition}:s3:::${routes[0]?.bucket ?? ''}`;
    const ends = source.grant && { DateLessThan: { 'aws:CurrentTime': new Date(source.grant.until).toISOString() } };
    const owner = { StringEquals: { 'aws:ResourceAccount': source.account ?? account } };
    const prefixes = routes.map((r) => `${r.sourcePrefix}*`);
    this.allow(
      copyReadActions,
      prefixes.map((p) => `${bucket}/${p}`),
      { ...owner, ...ends },
    );
    this.allow(['s3:ListBucket'], [bucket], {
      ...owner,
      ...ends,
      ...(!prefixes.includes('*') && { StringLike: { 's3:prefix': prefixes } }),
    });
    // The full ARN, also in this account: an alias is not enough for a bucket of another one.
    if (source.kmsKey !== undefined)
      this.allow(['kms:Decrypt'], [source.kmsKey], {
        StringEquals: { 'kms:ViaService': `s3.${source.region ?? region}.amazonaws.com` },
        ...ends,
      });
  }

  /** Raw below the datasets; of the work bucket the lists that a job reads, and its reports. */
  private grantWrite({ routes, buckets: { raw, work } }: CopiedSourceProps): void {
    const { region } = Stack.of(this);
    const objects = routes.map(({ source, dataset }) => raw.arnForObjects(RawKeys.object.pattern({ source, dataset })));
    const lists = (path: string): string[] =>
      routes.map(({ dataset }) => work.arnForObjects(WorkKeys.copy.pattern({ dataset, path })));
    this.allow(
      ['s3:PutObject', 's3:PutObjectTagging', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      objects,
    );
    this.allow(['s3:ListBucket'], [raw.bucketArn]);
    this.allow(['s3:GetObject', 's3:GetObjectVersion'], lists('slices/*'));
    this.allow(['s3:PutObject'], lists('reports/*'));
    for (const key of new Set([raw.encryptionKey, work.encryptionKey]))
      if (key)
        this.allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], {
          StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        });
  }
}
