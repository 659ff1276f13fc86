/**
 * The part of the network that the sites reach: a range of its own, so that no site reaches a task and no task, which runs
 * native code on files of strangers, reaches a site.
 */
import { Stack, Validations } from 'aws-cdk-lib';
import { CfnVPCCidrBlock, Subnet, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { cut, prefixOf, show } from '../../protocol/ipv4.ts';

export class SiteSubnets extends Construct {
  /** One a zone. */
  readonly subnets: readonly Subnet[];

  constructor(scope: Construct, vpc: Vpc, cidr: string) {
    super(scope, 'subnets');
    const range = new CfnVPCCidrBlock(this, 'range', { vpcId: vpc.vpcId, cidrBlock: cidr });
    const zones = vpc.availabilityZones;
    const prefix = prefixOf(cidr);
    if (!prefix) throw new RangeError(`connectivity.cidr "${cidr}" is not a prefix such as 10.64.16.0/26`);
    this.subnets = cut(prefix, zones.length).map((part, i) => {
      const subnet = new Subnet(this, `zone-${i + 1}`, {
        vpcId: vpc.vpcId,
        availabilityZone: zones[i] ?? '',
        cidrBlock: show(part),
      });
      subnet.node.addDependency(range);
      Validations.of(subnet).acknowledge({
        id: 'CloudFormation-Validate::W3010',
        reason: 'Zones come from the estate file, so that no synth needs the account to look them up.',
      });
      return subnet;
    });
  }

  get routeTableIds(): string[] {
    return this.subnets.map((s) => s.routeTable.routeTableId);
  }

  get arns(): string[] {
    const stack = Stack.of(this);
    return this.subnets.map((s) => stack.formatArn({ service: 'ec2', resource: 'subnet', resourceName: s.subnetId }));
  }
}
