/** The network that tasks run in. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { Network } from './network.ts';

export class NetworkStack extends EstateStack {
  readonly network: Network;

  constructor(scope: Construct, context: EstateContext, logsKey: IKey) {
    super(scope, 'network', context);
    this.network = new Network(this, context, logsKey);
  }
}
