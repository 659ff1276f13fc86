/** Where DataSync agents of the sites reach DataSync: an endpoint in the sites' subnets, and the group of its interfaces. */
import { Stack } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { SiteSubnets } from './site-subnets.ts';

export class AgentEndpoint extends Construct {
  readonly endpoint: InterfaceVpcEndpoint;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, vpc: Vpc, sites: SiteSubnets, sitePrefixes: readonly string[]) {
    super(scope, 'agents');
    this.securityGroup = new SecurityGroup(this, 'group', {
      vpc,
      description: 'DataSync endpoint and task interfaces: from agents of the sites',
      allowAllOutbound: false,
    });
    for (const prefix of sitePrefixes) {
      // DataSync user guide, datasync-network: control traffic, and data to the interfaces of tasks.
      this.securityGroup.addIngressRule(Peer.ipv4(prefix), Port.tcpRange(1024, 1064), 'Control traffic of agents');
      this.securityGroup.addIngressRule(Peer.ipv4(prefix), Port.tcp(443), 'Data of agents');
    }
    // Without a policy: agents sign in with their own certificates, not with IAM; who calls is the group's matter.
    // Without private names: agents in the VPC that use the public endpoint would no longer reach it (choose-service-endpoint).
    this.endpoint = new InterfaceVpcEndpoint(this, 'datasync', {
      vpc,
      service: InterfaceVpcEndpointAwsService.DATASYNC,
      privateDnsEnabled: false,
      open: false,
      subnets: { subnets: [...sites.subnets] },
      securityGroups: [this.securityGroup],
    });
  }

  get securityGroupArn(): string {
    return Stack.of(this).formatArn({
      service: 'ec2',
      resource: 'security-group',
      resourceName: this.securityGroup.securityGroupId,
    });
  }
}
