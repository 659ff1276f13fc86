/** The function behind the workflow: what it may ask of Snowball, and what it reads and writes. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Env, type SnowballEnv } from '../../../protocol/env.ts';
import { EvidenceKeys, WorkKeys } from '../../../protocol/keys.ts';
import { type Snowball, SNOWBALL_SERVICE } from '../../../protocol/snowball.ts';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { ProgramFunction } from '../../ingest/program-function.ts';
import type { Buckets } from '../../storage/buckets.ts';

/** A state lasts days; the embedded devices of a laptop travel in seconds. */
const LOOK = { local: Duration.seconds(1), dev: Duration.hours(12), prod: Duration.hours(12) } as const;

export interface SnowballProgramProps {
  readonly snowball: Snowball;
  readonly topic: ITopic;
  /** Dataset → role that imports it. */
  readonly roles: ReadonlyMap<string, IRole>;
  readonly buckets: Buckets;
  readonly dataKey: IKey;
  readonly logsKey: IKey;
}

export class SnowballProgram {
  readonly program: ProgramFunction;

  constructor(scope: Construct, context: EstateContext, props: SnowballProgramProps) {
    const { buckets, dataKey, roles, snowball, topic } = props;
    const environment: Env<typeof SnowballEnv> = {
      ESTATE: context.estate,
      ENVIRONMENT: context.environmentName,
      EXISTING_SNOWBALL_CUSTOMER: String(snowball.existingSnowballCustomer),
      DEVICE_TYPE: snowball.device,
      SHIPPING_OPTION: snowball.shipping,
      RAW_BUCKET: buckets.raw.bucketName,
      WORK_BUCKET: buckets.work.bucketName,
      EVIDENCE_BUCKET: buckets.evidence.bucketName,
      KMS_KEY_ARN: dataKey.keyArn,
      SNOWBALL_TOPIC_ARN: topic.topicArn,
      ADDRESS_SECRET: addressSecretOf(snowball),
      IMPORT_ROLES: Stack.of(scope).toJsonString(Object.fromEntries([...roles].map(([d, r]) => [d, r.roleArn]))),
      LOOK_SECONDS: String(LOOK[context.environment.kind].toSeconds()),
    };
    this.program = new ProgramFunction(scope, 'snowball', context, {
      description: 'Makes and follows Snowball import jobs, and archives their reports',
      timeout: Duration.minutes(15), // A success log of millions of objects is some gigabytes.
      memory: 1024,
      logsKey: props.logsKey,
      environment,
    });
    this.grant(scope, props);
  }

  private grant(scope: Construct, { buckets, dataKey, roles, snowball }: SnowballProgramProps): void {
    const { account, partition, region } = Stack.of(scope);
    const { program } = this;
    allow(
      program,
      ['CreateAddress', 'CreateJob', 'DescribeAddresses', 'DescribeJob', 'GetSnowballUsage', 'ListJobs'].map(
        (a) => `snowball:${a}`,
      ),
      // Snowball knows no resources (service authorization reference, AWS Snowball); accepted with those of ProgramFunction.
      ['*'],
      { StringEquals: { 'aws:RequestedRegion': region } },
    );
    allow(
      program,
      ['iam:PassRole'],
      [...roles.values()].map((r) => r.roleArn),
      { StringEquals: { 'iam:PassedToService': SNOWBALL_SERVICE } },
    );
    // The device is encrypted under the key: Snowball gets a grant for each job, in the caller's name.
    const viaSnowball = { 'kms:ViaService': `importexport.${region}.amazonaws.com` };
    allow(program, ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'], [dataKey.keyArn], {
      StringEquals: viaSnowball,
    });
    allow(program, ['kms:CreateGrant'], [dataKey.keyArn], {
      StringEquals: viaSnowball,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    });
    const secret = `arn:${partition}:secretsmanager:${region}:${account}:secret:${addressSecretOf(snowball)}-??????`;
    allow(program, ['secretsmanager:GetSecretValue'], [secret]);
    allow(program, ['kms:Decrypt'], [dataKey.keyArn], {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
    });
    const requests = [WorkKeys.snowball.pattern()];
    buckets.work.grantReadKeys(program, requests, 'keys');
    buckets.work.grantWriteKeys(program, requests);
    const evidence = [EvidenceKeys.file.pattern({ kind: 'snowball' })];
    buckets.evidence.grantReadKeys(program, evidence, 'keys');
    buckets.evidence.grantWriteKeys(program, evidence);
  }
}

function addressSecretOf({ addressSecret }: Snowball): string {
  if (addressSecret === undefined)
    throw new Error('snowball.addressSecret must name the secret with the shipping address');
  return addressSecret;
}
