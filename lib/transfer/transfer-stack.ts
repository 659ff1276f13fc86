/** How data comes to the raw bucket. */
import type { Construct } from 'constructs';
import { datasyncTransfers } from '../../protocol/datasync.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { Network } from '../network/network.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { Datasync } from './datasync/datasync.ts';

export interface TransferStackProps {
  readonly network: Network;
  readonly security: SecurityStack;
  readonly buckets: Buckets;
}

export class TransferStack extends EstateStack {
  constructor(scope: Construct, context: EstateContext, { security, buckets }: TransferStackProps) {
    super(scope, 'transfer', context);
    new Datasync(this, context, { security, buckets });
  }

  /** CloudFormation takes no stack without a resource. */
  static isNeeded({ declared, environmentName }: EstateContext): boolean {
    return datasyncTransfers(declared, environmentName).some((t) => t.waitsFor.length === 0);
  }
}
