import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import type { alarms } from '../../protocol/alarms.ts';
import { severities } from '../../protocol/alarms.ts';
import { savedQueries } from '../../lib/catalog/queries.ts';
import { environments, resourcesOf, template } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

const dev = template('dev', 'operations');

interface Widget {
  readonly type: string;
  readonly properties: { readonly alarms?: string[]; readonly metrics?: unknown[]; readonly title?: string };
}

const dashboard = (environment: (typeof environments)[number], audience: string): Widget[] => {
  const found = [...resourcesOf(environment, 'AWS::CloudWatch::Dashboard').values()].find(
    (d) => d.Properties?.['DashboardName'] === `bpc-${environment}-${audience}`,
  );
  const body = resolve(`${environment}/operations`, found?.Properties?.['DashboardBody']) as string;
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
};

describe('the dashboards', () => {
  it.each(['operator', 'platform', 'scientist'])('have one for the %s with something to see', (audience) => {
    const graphs = dashboard('prod', audience).filter((w) => w.type === 'metric');

    expect(graphs.length).toBeGreaterThanOrEqual(4);
    expect(graphs.filter((g) => !g.properties.metrics?.length)).toEqual([]);
  });

  it.each(environments)('show operators every alarm of %s, by its own name', (environment) => {
    const shown = dashboard(environment, 'operator').flatMap((w) => w.properties.alarms ?? []);
    const names = [...resourcesOf(environment, 'AWS::CloudWatch::Alarm').values()].map(
      (a) => a.Properties?.['AlarmName'],
    );

    expect(names.length).toBeGreaterThan(10);
    expect(shown.map((arn) => arn.split(':alarm:')[1]).sort()).toEqual(names.sort());
  });
});

describe('an alarm', () => {
  it.each(environments)(
    'of %s says how urgent it is, why silence is good or bad, and where its article is',
    (environment) => {
      const wrong = [...resourcesOf(environment, 'AWS::CloudWatch::Alarm')].filter(([, { Properties = {} }]) => {
        const text = String(Properties['AlarmDescription']);
        const id = /runbook\.md#([a-z-]+)$/.exec(text)?.[1] as keyof typeof alarms;
        const silence = Properties['TreatMissingData'] === 'breaching' ? 'raised' : 'quiet';
        return !text.includes(`Severity: ${severities[id]}.`) || !text.includes(`Without data it is ${silence}: `);
      });

      expect(wrong.map(([id]) => id)).toEqual([]);
    },
  );
});

describe('costs', () => {
  it('are held against the budget, with mails before it is spent', () => {
    dev.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: Match.objectLike({
        BudgetLimit: { Amount: 20000, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:decant:environment$dev'] },
      }),
      NotificationsWithSubscribers: Match.arrayWith([
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }) }),
      ]),
    });
  });

  it('that jump are told by mail, of this environment alone', () => {
    dev.hasResourceProperties('AWS::CE::AnomalyMonitor', {
      MonitorType: 'CUSTOM',
      MonitorSpecification: Match.stringLikeRegexp('decant:environment.*dev'),
    });
    dev.hasResourceProperties('AWS::CE::AnomalySubscription', {
      Frequency: 'DAILY',
      Subscribers: [{ Type: 'EMAIL', Address: 'costs@example.com' }],
    });
  });

  it('are nobody’s business where the estate names no budget', () => {
    template('local', 'operations').resourceCountIs('AWS::Budgets::Budget', 0);
  });
});

describe('the chat channel', () => {
  it('hears the alarms, and may ask AWS for nothing', () => {
    dev.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SlackChannelId: 'C01234567',
      SnsTopicArns: [Match.anyValue()],
      GuardrailPolicies: [Match.anyValue()],
    });
    dev.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: Match.objectLike({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }),
    });
  });
});

describe('saved queries', () => {
  it('of logs read log groups that exist', () => {
    const groups = [...resourcesOf('dev', 'AWS::Logs::LogGroup').values()].map((g) => g.Properties?.['LogGroupName']);
    const read = [...resourcesOf('dev', 'AWS::Logs::QueryDefinition').values()].flatMap(
      (q) => q.Properties?.['LogGroupNames'] as string[],
    );

    expect(read.length).toBeGreaterThan(3);
    expect(read.filter((name) => !groups.includes(name))).toEqual([]);
  });

  it('of tables are in the operators’ workgroup', () => {
    const catalog = template('prod', 'catalog');
    catalog.resourceCountIs('AWS::Athena::NamedQuery', Object.keys(savedQueries).length);
    catalog.allResourcesProperties('AWS::Athena::NamedQuery', { WorkGroup: 'bpc-prod-operator' });
  });
});
