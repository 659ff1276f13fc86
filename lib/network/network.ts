/**
 * A network without a way out: isolated subnets and just the endpoints that tasks use. Functions stay outside
 * (docs/decisions/004-functions-outside-the-vpc.md).
 */
import { Stack, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IInterfaceVpcEndpointService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { estateLogGroup } from '../base/logs.ts';

/** Interface endpoints that the transformer task uses, and what it does there. */
const interfaces: Record<string, { service: IInterfaceVpcEndpointService; actions: string[] }> = {
  'ecr-api': {
    service: InterfaceVpcEndpointAwsService.ECR,
    actions: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
    ],
  },
  'ecr-docker': {
    service: InterfaceVpcEndpointAwsService.ECR_DOCKER,
    actions: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
    ],
  },
  logs: {
    service: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  },
  // A merge switches its table's location; a replacement looks where a partition is.
  glue: {
    service: InterfaceVpcEndpointAwsService.GLUE,
    actions: ['glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable', 'glue:GetPartition'],
  },
};

export class Network extends Construct {
  readonly vpc: Vpc;
  /** Of the transformer's tasks: HTTPS out, nothing in. */
  readonly taskSecurityGroup: SecurityGroup;

  constructor(scope: Construct, context: EstateContext, logsKey: IKey) {
    super(scope, 'network');
    this.vpc = new Vpc(this, 'vpc', {
      ipAddresses: IpAddresses.cidr(context.environment.cidr),
      natGateways: 0,
      maxAzs: 3,
      restrictDefaultSecurityGroup: false, // Needs a custom resource; nothing uses that group.
      subnetConfiguration: [{ name: 'tasks', subnetType: SubnetType.PRIVATE_ISOLATED }],
      flowLogs: {
        all: {
          destination: FlowLogDestination.toCloudWatchLogs(estateLogGroup(this, 'flow', context, logsKey, 'network')),
          trafficType: FlowLogTrafficType.REJECT, // Accepted traffic is the endpoints' own, at a line a connection.
        },
      },
    });
    Validations.of(this.vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones come from the estate file, so that no synth needs the account to look them up.',
    });
    accept(
      this.vpc,
      'VPCDefaultSecurityGroupClosed',
      'Closing it needs a custom resource; nothing is in that group, and the subnets have no way out.',
    );
    this.taskSecurityGroup = new SecurityGroup(this, 'task-group', {
      vpc: this.vpc,
      description: 'Transformer tasks: HTTPS to the endpoints only',
      allowAllOutbound: false,
    });
    // The routes of isolated subnets end at the endpoints; gateway endpoints have addresses of their own.
    this.taskSecurityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to the endpoints');
    this.addGateways();
    this.addInterfaces();
  }

  private addGateways(): void {
    const { account, region, partition } = Stack.of(this);
    const own = { StringEquals: { 'aws:ResourceAccount': account } };
    const s3 = this.vpc.addGatewayEndpoint('s3', { service: GatewayVpcEndpointAwsService.S3 });
    s3.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: [
          's3:GetObject*',
          's3:PutObject',
          's3:DeleteObject',
          's3:ListBucket*',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: ['*'], // The buckets come later; the account is the bound.
        conditions: own,
      }),
    );
    s3.addToPolicy(
      new PolicyStatement({
        // Image layers lie in a bucket of ECR's (ECR user guide, vpc-endpoints).
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
      }),
    );
    this.vpc.addGatewayEndpoint('dynamodb', { service: GatewayVpcEndpointAwsService.DYNAMODB }).addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:*Item', 'dynamodb:Query', 'dynamodb:PartiQL*'],
        resources: ['*'], // The ledger comes later; the account is the bound.
        conditions: own,
      }),
    );
  }

  private addInterfaces(): void {
    const { account } = Stack.of(this);
    for (const [id, { service, actions }] of Object.entries(interfaces)) {
      const group = new SecurityGroup(this, `${id}-group`, {
        vpc: this.vpc,
        description: `Endpoint ${id}: HTTPS from transformer tasks`,
        allowAllOutbound: false,
      });
      group.addIngressRule(this.taskSecurityGroup, Port.tcp(443), 'HTTPS from transformer tasks');
      const endpoint = this.vpc.addInterfaceEndpoint(id, { service, open: false, securityGroups: [group] });
      endpoint.addToPolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions,
          resources: ['*'], // What they name comes later; the account is the bound.
          conditions: { StringEquals: { 'aws:PrincipalAccount': account } },
        }),
      );
    }
  }
}
