/**
 * Encryption keys, one per class of content: who may read data is not who may read logs, who reads personal data is few of
 * those who read data, and who looks after a key never uses it.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IPrincipal, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { SensitiveClass } from '../../protocol/people.ts';
import { dataRemoval, type EstateContext } from '../base/context.ts';
import { embeds, searchesExactly } from '../embeddings/molecules.ts';
import { groupRoleArn } from './names.ts';

export type KeyClass = 'data' | 'messages' | 'logs' | SensitiveClass;

const describe: Record<KeyClass, string> = {
  data: 'buckets and the ledger',
  messages: 'queues and topics',
  logs: 'log groups and the trail',
  confidential: 'tables and quarantine of confidential datasets',
  personal: 'tables and quarantine of datasets with personal data',
};

/** Keys of the sensitive classes that datasets of the estate have; the others' data lies under the data key. */
export type ClassKeys = Readonly<Partial<Record<SensitiveClass, EstateKey>>>;

/** What makes data readable or writable. CreateGrant is apart: a grant is use that somebody hands on. */
const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];
/** What changes a key or what its policy says. Nothing of it makes data readable, so no Create* and no grants. */
const CHANGE = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:Disable*',
  'kms:Enable*',
  'kms:PutKeyPolicy',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:Update*',
];
const LOOK = ['kms:Describe*', 'kms:Get*', 'kms:List*'];

/** A key that rotates yearly. Within its policy IAM policies of the account decide; services are named below. */
export class EstateKey extends Key {
  constructor(scope: Construct, keyClass: KeyClass, context: EstateContext) {
    const { estate, environmentName, environment } = context;
    super(scope, `${keyClass}-key`, {
      alias: `decant/${estate}/${environmentName}/${keyClass}`,
      description: `Decant ${estate} ${environmentName}: ${describe[keyClass]}`,
      enableKeyRotation: true,
      policy: separated(Stack.of(scope), context),
      // Evidence is locked and outlives the stacks; without the data key nobody could read it.
      removalPolicy: keyClass === 'data' ? RemovalPolicy.RETAIN : dataRemoval(environment),
    });
    const { account, region, partition } = Stack.of(this);
    if (keyClass === 'logs') {
      this.allow(new ServicePrincipal(`logs.${region}.amazonaws.com`), 'ArnLike', {
        'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*`,
      });
    }
    if (keyClass !== 'messages' && keyClass !== 'logs' && embeds(context) && !searchesExactly(context)) {
      // S3 Vectors arranges an index by itself (S3 user guide, s3-vectors-data-encryption).
      this.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('indexing.s3vectors.amazonaws.com')],
          actions: ['kms:Decrypt'],
          resources: ['*'], // In a key policy `*` means this key.
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      );
    }
    if (keyClass === 'data' && environment.prediction) {
      // The user pool of the API (Cognito developer guide, data-protection).
      this.allow(new ServicePrincipal('cognito-idp.amazonaws.com'), 'StringEquals', { 'aws:SourceAccount': account });
    }
    if (keyClass === 'messages') {
      // EventBridge writes to the arrivals queue, CloudWatch to the alarm topic.
      for (const service of ['events.amazonaws.com', 'cloudwatch.amazonaws.com']) {
        this.allow(new ServicePrincipal(service), 'StringEquals', { 'aws:SourceAccount': account });
      }
    }
  }

  private allow(principal: IPrincipal, operator: string, condition: Record<string, string>): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [principal],
        actions: [...USE, 'kms:DescribeKey'],
        resources: ['*'], // In a key policy `*` means this key.
        conditions: { [operator]: condition },
      }),
    );
  }
}

/** Leaves the decision to the account's IAM policies, but not who may be both: administrators never use, users never change. */
function separated({ account, region, partition }: Stack, context: EstateContext): PolicyDocument {
  const { estate, environmentName } = context;
  const root = new AccountRootPrincipal();
  const platform = groupRoleArn(context, 'platform', partition, account);
  const any = { principals: [new AnyPrincipal()], resources: ['*'], effect: Effect.DENY };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ sid: 'Administer', principals: [root], actions: [...CHANGE, ...LOOK], resources: ['*'] }),
      new PolicyStatement({
        sid: 'UseThroughServicesOnly',
        principals: [root],
        actions: USE,
        resources: ['*'],
        conditions: { StringLike: { 'kms:ViaService': `*.${region}.amazonaws.com` } },
      }),
      new PolicyStatement({
        sid: 'GrantToServicesOnly', // DynamoDB holds its table's key by a grant.
        principals: [root],
        actions: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
        resources: ['*'],
        conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
      new PolicyStatement({
        ...any,
        sid: 'AdministratorsDoNotUse',
        actions: [...USE, 'kms:CreateGrant'],
        conditions: { ArnEquals: { 'aws:PrincipalArn': platform } },
      }),
      new PolicyStatement({
        ...any,
        sid: 'UsersDoNotAdminister',
        actions: CHANGE,
        conditions: {
          ArnLike: {
            'aws:PrincipalArn': ['', 'decant/', 'decant/*/'].map(
              (path) => `arn:${partition}:iam::${account}:role/${path}${estate}-${environmentName}-*`,
            ),
          },
          ArnNotEquals: { 'aws:PrincipalArn': platform },
        },
      }),
    ],
  });
}
