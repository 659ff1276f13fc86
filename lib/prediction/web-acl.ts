/** The firewall before the API. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { type EstateContext, logRemoval, logRetention } from '../base/context.ts';

/** Seconds over which requests of one address are counted. */
const WINDOW = 300;
/** The fewest and the most that a rate rule takes (WAF developer guide, rate-based rule settings). */
const [FEWEST, MOST] = [10, 2_000_000_000];

/**
 * Managed groups by AWS, in the order in which they are asked. The common group blocks bodies above 8 KB and requests without a user
 * agent; a batch of molecules is up to 1 MB, so that the size is counted only, and the function answers 413. Of a body WAF reads the
 * first 16 KB and lets the rest pass: it is the token that keeps strangers out, and the function that reads molecules.
 */
const managed: readonly (readonly [name: string, counted: readonly string[]])[] = [
  ['AWSManagedRulesAmazonIpReputationList', []],
  ['AWSManagedRulesKnownBadInputsRuleSet', []],
  ['AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']],
];

export class WebAcl extends Construct {
  /** Its name as metrics have it. */
  readonly metricName: string;

  constructor(scope: Construct, context: EstateContext, stageArn: string, logsKey: IKey) {
    super(scope, 'firewall');
    const { estate, environmentName, environment } = context;
    const name = `${estate}-${environmentName}-prediction`;
    this.metricName = name;
    const acl = new CfnWebACL(this, 'acl', {
      name,
      description: `Decant ${estate} ${environmentName} - before the prediction API`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rules: [
        rateRule(environment.prediction?.throttle.rate ?? 1, name),
        ...managed.map(([group, counted], i) => managedRule(group, counted, i + 1, name)),
      ],
    });
    new CfnWebACLAssociation(this, 'association', { resourceArn: stageArn, webAclArn: acl.attrArn });
    // WAF writes to groups of this prefix only (WAF developer guide, logging-cw-logs).
    const log = new LogGroup(this, 'log', {
      logGroupName: `aws-waf-logs-${name}`,
      encryptionKey: logsKey,
      retention: logRetention(environment),
      removalPolicy: logRemoval(environment),
    });
    const { account, partition, region } = Stack.of(this);
    new CfnLoggingConfiguration(this, 'logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [`arn:${partition}:logs:${region}:${account}:log-group:${log.logGroupName}`],
      // Tokens and keys; and paths and queries, which may name a molecule by its InChIKey.
      redactedFields: [
        ...['authorization', 'x-api-key'].map((header) => ({ singleHeader: { Name: header } })),
        { uriPath: {} },
        { queryString: {} },
      ],
    }).node.addDependency(log);
    log.applyRemovalPolicy(
      logRemoval(environment) === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    );
  }
}

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: false, // Samples hold headers and paths for three hours, unredacted.
});

/** One address may use up what all callers together may; whoever sends more than that for minutes is no caller. */
const rateRule = (rate: number, name: string): CfnWebACL.RuleProperty => ({
  name: 'rate-of-one-address',
  priority: 0,
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      limit: Math.min(MOST, Math.max(FEWEST, rate * WINDOW)),
      evaluationWindowSec: WINDOW,
    },
  },
  visibilityConfig: visible(`${name}-rate`),
});

const managedRule = (
  group: string,
  counted: readonly string[],
  priority: number,
  name: string,
): CfnWebACL.RuleProperty => ({
  name: group,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name: group,
      ...(counted.length > 0 && {
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      }),
    },
  },
  visibilityConfig: visible(`${name}-${group}`),
});
