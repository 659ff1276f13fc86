/** What the estate costs: a budget, and a watch for services that suddenly cost more. */
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnAnomalyMonitor, CfnAnomalySubscription } from 'aws-cdk-lib/aws-ce';
import { Construct } from 'constructs';
import type { Budget } from '../../protocol/operations.ts';
import type { EstateContext } from '../base/context.ts';

/** Percent of the budget that was spent, and at which AWS expects the month to end. */
const ACTUAL = [50, 80, 100];
const FORECAST = [100];
/** Share of the budget that an anomaly must cost before anybody is told: less is noise. */
const ANOMALY_SHARE = 0.02;

export class Costs extends Construct {
  constructor(scope: Construct, context: EstateContext, { monthlyUsd, emails }: Budget) {
    super(scope, 'costs');
    const { estate, environmentName, environment } = context;
    const name = `${estate}-${environmentName}`;
    const told = emails.length > 0 ? emails : environment.alarmEmails;
    const subscribers = told.map((address) => ({ subscriptionType: 'EMAIL', address }));
    const at = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers,
    });
    new CfnBudget(this, 'budget', {
      budget: {
        // Without a name: AWS replaces a budget when its subscribers change, and refuses to where it has a name.
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyUsd, unit: 'USD' },
        // Counts once the tag is active for cost allocation (docs/deploy.md).
        costFilters: { TagKeyValue: [`user:decant:environment$${environmentName}`] },
      },
      notificationsWithSubscribers:
        subscribers.length > 0
          ? [...ACTUAL.map((p) => at('ACTUAL', p)), ...FORECAST.map((p) => at('FORECASTED', p))]
          : undefined,
    });
    if (subscribers.length === 0) return;
    const monitor = new CfnAnomalyMonitor(this, 'monitor', {
      monitorName: name,
      // By tag: an account has one monitor of all services only, and AWS may have made that already.
      monitorType: 'CUSTOM',
      monitorSpecification: JSON.stringify({ Tags: { Key: 'decant:environment', Values: [environmentName] } }),
    });
    new CfnAnomalySubscription(this, 'subscription', {
      subscriptionName: name,
      frequency: 'DAILY',
      monitorArnList: [monitor.attrMonitorArn],
      subscribers: told.map((address) => ({ type: 'EMAIL', address })),
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [String(Math.max(1, Math.round(monthlyUsd * ANOMALY_SHARE)))],
        },
      }),
    });
  }
}
