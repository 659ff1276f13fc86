/** The network that tasks run in, and the way to the customer's sites. */
import type { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import { ApiEndpoint } from './api-endpoint.ts';
import { Network } from './network.ts';
import { Sites } from './sites.ts';

export class NetworkStack extends EstateStack {
  readonly network: Network;
  /** Where a private prediction API is reached. */
  readonly apiEndpoint?: InterfaceVpcEndpoint;

  constructor(scope: Construct, context: EstateContext, { logsKey, alarms }: SecurityStack) {
    super(scope, 'network', context);
    this.network = new Network(this, context, logsKey);
    const { connectivity, prediction } = context.environment;
    const sites = connectivity.kind === 'none' ? undefined : new Sites(this, context, this.network, logsKey, alarms);
    if (prediction?.access === 'private')
      this.apiEndpoint = new ApiEndpoint(this, this.network.vpc, connectivity, sites?.subnets).endpoint;
  }
}
