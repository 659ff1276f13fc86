/** How data comes to the raw bucket. */
import type { Construct } from 'constructs';
import { datasyncTransfers } from '../../protocol/datasync.ts';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { Network } from '../network/network.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { Copies, needsCopies } from './copy/copies.ts';
import { Datasync } from './datasync/datasync.ts';
import { createSnowball, needsSnowball } from './snowball/snowball.ts';

export interface TransferStackProps {
  readonly network: Network;
  readonly security: SecurityStack;
  readonly buckets: Buckets;
}

export class TransferStack extends EstateStack {
  constructor(scope: Construct, context: EstateContext, { security, buckets }: TransferStackProps) {
    super(scope, 'transfer', context);
    new Datasync(this, context, { security, buckets });
    const { dataKey, messagesKey, logsKey, alarms } = security;
    if (needsCopies(context)) new Copies(this, context, { buckets, logsKey, alarms });
    createSnowball(this, context, { buckets, dataKey, messagesKey, logsKey, alarms });
  }

  /** CloudFormation takes no stack without a resource. */
  static isNeeded(context: EstateContext): boolean {
    const transfers = datasyncTransfers(context.declared, context.environmentName);
    return transfers.some((t) => t.waitsFor.length === 0) || needsSnowball(context) || needsCopies(context);
  }
}
