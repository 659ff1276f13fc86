/** Security group of the tasks that publish: HTTPS to the endpoints, and the one port of the estate's database. */
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Network } from './network.ts';

const CALLS = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  's3:AbortMultipartUpload',
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
];

/**
 * Made in the network's stack, since its endpoints must know the group. The database lies beyond the network, at the end of a line or
 * a peering, under a name: its port is what can be bounded.
 */
export function publishGroup(
  network: Network,
  database?: { readonly host: string; readonly port: number },
): SecurityGroup {
  const group = new SecurityGroup(network, 'publish-group', {
    vpc: network.vpc,
    description: 'Publish tasks: HTTPS to the endpoints, and the database',
    allowAllOutbound: false,
  });
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS to the endpoints');
  if (database) group.addEgressRule(Peer.anyIpv4(), Port.tcp(database.port), `PostgreSQL of ${database.host}`);
  const actions = [...CALLS, ...(database ? ['secretsmanager:GetSecretValue'] : [])];
  network.endpoints.serve({ who: 'publish tasks', group, actions });
  return group;
}
