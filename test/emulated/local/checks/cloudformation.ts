import { GetNamedQueryCommand } from '@aws-sdk/client-athena';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { GetBucketEncryptionCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3';
import { inlineFunction, unique } from '../aws.ts';
import type { Check } from './check.ts';

export const cloudFormationChecks: readonly Check[] = [
  {
    gap: 'stubs',
    title: 'a resource type that is not emulated becomes a stub',
    observe: async (aws) => {
      const stack = await aws.stack({ G: { Type: 'AWS::XRay::Group', Properties: { GroupName: 'g' } } });
      return stack.status;
    },
    mended: 'CREATE_COMPLETE',
    open: 'REFUSED',
  },
  {
    gap: 'cfn_saved',
    title: 'a saved query of a template can be looked up',
    observe: async (aws) => {
      const Properties = { Name: 'q', Database: 'd', QueryString: 'select 1' };
      const { outputs } = await aws.stack({ Q: { Type: 'AWS::Athena::NamedQuery', Properties } }, { Id: { Ref: 'Q' } });
      const look = new GetNamedQueryCommand({ NamedQueryId: outputs['Id'] });
      const found = await aws.athena.send(look).catch(() => undefined);
      return found?.NamedQuery?.QueryString;
    },
    mended: 'select 1',
    open: undefined,
  },
  {
    gap: 'cfn_sites',
    title: 'a device of a VPN of a template can be looked up',
    observe: async (aws) => {
      const Properties = { Type: 'ipsec.1', BgpAsn: 65010, IpAddress: '203.0.113.10' };
      await aws.stack({ D: { Type: 'AWS::EC2::CustomerGateway', Properties } });
      const body = new URLSearchParams({ Action: 'DescribeCustomerGateways', Version: '2016-11-15' });
      const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, Signature=0';
      const answer = await fetch(aws.endpoint, { method: 'POST', body, headers: { authorization } });
      return (await answer.text()).includes('203.0.113.10');
    },
    mended: true,
    open: false,
  },
  {
    gap: 'bucket_properties',
    title: 'a bucket keeps its tags and its encryption',
    observe: async (aws) => {
      const Bucket = unique('tagged');
      const rule = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/own' } };
      const Properties = {
        BucketName: Bucket,
        Tags: [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }],
        BucketEncryption: { ServerSideEncryptionConfiguration: [rule] },
      };
      await aws.stack({ B: { Type: 'AWS::S3::Bucket', Properties } });
      const tags = await aws.s3.send(new GetBucketTaggingCommand({ Bucket })).catch(() => ({ TagSet: [] }));
      const found = await aws.s3.send(new GetBucketEncryptionCommand({ Bucket })).catch(() => undefined);
      const rules = found?.ServerSideEncryptionConfiguration?.Rules ?? [];
      return [tags.TagSet?.[0]?.Value, rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm];
    },
    mended: ['true', 'aws:kms'],
    open: [undefined, 'AES256'],
  },
  {
    gap: 'secret_ref',
    title: 'Ref of a secret is its ARN',
    observe: async (aws) => {
      const secret = {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { SecretString: '{}', Name: unique('secret') },
      };
      const { outputs } = await aws.stack({ S: secret }, { Ref: { Ref: 'S' } });
      return outputs['Ref']?.startsWith('arn:aws:secretsmanager:');
    },
    mended: true,
    open: false,
  },
  {
    gap: 'endpoint_dns',
    title: 'an interface endpoint has a regional DNS name',
    observe: async (aws) => {
      const endpoint = {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { VpcEndpointType: 'Interface', VpcId: 'vpc-1', ServiceName: 'com.amazonaws.us-east-1.datasync' },
      };
      const first = { 'Fn::Select': [0, { 'Fn::GetAtt': ['E', 'DnsEntries'] }] };
      const { outputs } = await aws.stack({ E: endpoint }, { Dns: first });
      return outputs['Dns']?.replace(/vpce-\w+-\w{8}/, 'ID');
    },
    mended: 'Z0DECANTLOCAL:ID.datasync.us-east-1.vpce.amazonaws.com',
    open: undefined,
  },
  {
    gap: 'container_definitions',
    title: 'a container definition keeps the names of its secrets',
    observe: async (aws) => {
      const Family = unique('family');
      const container = {
        Name: 'c',
        Image: 'i',
        Secrets: [{ Name: 'PASSWORD', ValueFrom: 'arn:aws:ssm:us-east-1:000000000000:parameter/p' }],
      };
      await aws.stack({
        T: { Type: 'AWS::ECS::TaskDefinition', Properties: { Family, ContainerDefinitions: [container] } },
      });
      const { taskDefinition } = await aws.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: Family }));
      return taskDefinition?.containerDefinitions?.[0]?.secrets?.[0]?.name;
    },
    mended: 'PASSWORD',
    open: undefined,
  },
  {
    gap: 'custom_resource',
    title: 'a custom resource whose function fails, fails the stack with the reason',
    observe: async (aws) => {
      const { reasons } = await aws.stack({
        F: inlineFunction("exports.handler = async () => { throw new Error('broken on purpose'); };"),
        C: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['F', 'Arn'] }, ServiceTimeout: '3' } },
      });
      return reasons.includes('broken on purpose');
    },
    mended: true,
    open: false,
  },
];
