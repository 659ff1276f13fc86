/** Encryption keys, one per class of content: who may read data is not who may read logs. */
import { Stack } from 'aws-cdk-lib';
import { type IPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { dataRemoval, type EstateContext } from '../base/context.ts';

export type KeyClass = 'data' | 'messages' | 'logs';

const describe: Record<KeyClass, string> = {
  data: 'buckets and the ledger',
  messages: 'queues and topics',
  logs: 'log groups',
};

/** A key that rotates yearly. IAM policies of the account decide who uses it; services are named below. */
export class EstateKey extends Key {
  constructor(scope: Construct, keyClass: KeyClass, context: EstateContext) {
    const { estate, environmentName, environment } = context;
    super(scope, `${keyClass}-key`, {
      alias: `decant/${estate}/${environmentName}/${keyClass}`,
      description: `Decant ${estate} ${environmentName}: ${describe[keyClass]}`,
      enableKeyRotation: true,
      removalPolicy: dataRemoval(environment),
    });
    const { account, region, partition } = Stack.of(this);
    if (keyClass === 'logs') {
      this.allow(new ServicePrincipal(`logs.${region}.amazonaws.com`), 'ArnLike', {
        'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*`,
      });
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
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:DescribeKey'],
        resources: ['*'], // In a key policy `*` means this key.
        conditions: { [operator]: condition },
      }),
    );
  }
}
