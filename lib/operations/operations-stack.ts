/** What people look at: dashboards, saved queries, traces, what it costs, and where alarms are talked about. Holds no data. */
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import { ChatChannel } from './chat.ts';
import { Costs } from './costs.ts';
import { Dashboards } from './dashboards.ts';
import { LogQueries } from './log-queries.ts';
import { Traces } from './traces.ts';

export interface OperationsStackProps {
  readonly security: SecurityStack;
}

export class OperationsStack extends EstateStack {
  constructor(scope: Construct, context: EstateContext, { security }: OperationsStackProps) {
    super(scope, 'operations', context);
    const { budget, chat } = context.environment;
    new Dashboards(this, context);
    new LogQueries(this, context);
    new Traces(this, context);
    if (budget) new Costs(this, context, budget);
    if (chat) new ChatChannel(this, context, chat, security.alarms.topic);
  }
}
