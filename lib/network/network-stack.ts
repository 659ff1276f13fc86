/** The network that tasks run in, and the way to the customer's sites. */
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import { Network } from './network.ts';
import { Sites } from './sites.ts';

export class NetworkStack extends EstateStack {
  readonly network: Network;

  constructor(scope: Construct, context: EstateContext, { logsKey, alarms }: SecurityStack) {
    super(scope, 'network', context);
    this.network = new Network(this, context, logsKey);
    if (context.environment.connectivity.kind !== 'none') new Sites(this, context, this.network, logsKey, alarms);
  }
}
