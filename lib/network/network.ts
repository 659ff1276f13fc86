/**
 * A network without a way to the internet: isolated subnets and just the endpoints that tasks use. Functions stay outside
 * (docs/decisions/004-functions-outside-the-vpc.md).
 */
import { Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import type { EstateContext } from '../base/context.ts';
import { estateLogGroup } from '../base/logs.ts';
import { Endpoints } from './endpoints.ts';

/** What `decant put` calls from a machine inside the network or of a site: objects in one piece or in parts, with their tags. */
const PUT_ACTIONS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:PutObject',
  's3:PutObjectTagging',
  's3:ListBucket',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

export class Network extends Construct {
  readonly vpc: Vpc;
  /** Of the transformer's tasks: HTTPS out, nothing in. */
  readonly taskSecurityGroup: SecurityGroup;
  /** Programs inside say here what they call. */
  readonly endpoints: Endpoints;

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
    this.endpoints = new Endpoints(this, this.vpc);
    this.endpoints.serve({ who: 'machines with decant put', actions: PUT_ACTIONS });
  }
}
