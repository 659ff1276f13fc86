/** Where Glue jobs run: a subnet without a way to the internet, and a security group whose members reach each other. */
import { type ISubnet, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Network } from './network.ts';

/** What workers call, beside the endpoints' own rules. */
const CALLS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:DeleteObject',
  's3:ListBucket',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'logs:AssociateKmsKey',
  'glue:GetSecurityConfiguration',
];

export interface JobNetwork {
  readonly subnet: ISubnet;
  readonly group: SecurityGroup;
}

/** Made in the network's stack, since its endpoints must know the group. */
export function jobNetwork(network: Network): JobNetwork {
  const [subnet] = network.vpc.isolatedSubnets;
  if (!subnet) throw new Error('the network has no isolated subnet');
  const group = new SecurityGroup(network, 'job-group', {
    vpc: network.vpc,
    description: 'Glue jobs: HTTPS to the endpoints, and each other',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to the endpoints');
  // Driver and executors choose their ports (Glue guide, setup-vpc-for-glue-access).
  group.addIngressRule(group, Port.allTcp(), 'Workers of one job');
  group.addEgressRule(group, Port.allTcp(), 'Workers of one job');
  network.endpoints.serve({ who: 'Glue jobs', group, actions: CALLS });
  return { subnet, group };
}
