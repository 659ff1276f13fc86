/** Logs Insights queries that operators start from. */
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { logGroupName } from '../base/logs.ts';

/** Name → the log that it reads, and what it asks. */
const queries = {
  'what a shard did': {
    of: ['tasks', 'transformer-log'],
    text: [
      'fields @timestamp, level, message, shard, dataset, rowsIn, rowsOut, rowsQuarantined',
      'filter shard like /SHARD/',
      'sort @timestamp asc',
    ],
  },
  'errors of tasks': {
    of: ['tasks', 'transformer-log'],
    text: [
      'fields @timestamp, message, shard, error, reason, where',
      'filter level = "error"',
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  'slowest shards': {
    of: ['tasks', 'transformer-log'],
    text: [
      'filter message in ["claimed", "committed"]',
      'stats earliest(@timestamp) as began, latest(@timestamp) as ended, max(bytesIn) as bytes by shard, dataset',
      'sort bytes desc',
      'limit 50',
    ],
  },
  'what arrivals could not take on': {
    of: ['functions', 'arrivals-log'],
    text: ['fields @timestamp, object, error, message', 'filter ispresent(error)', 'sort @timestamp desc', 'limit 200'],
  },
  'what the sweeper found': {
    of: ['functions', 'sweeper-log'],
    text: [
      'fields @timestamp, packed, started, resumed, unclassified',
      'filter packed + started + resumed > 0',
      'sort @timestamp desc',
    ],
  },
  'what the nightly reconcile found': {
    of: ['tasks', 'transformer-log'],
    text: ['fields @timestamp, @message', 'filter message = "reconciled"', 'sort @timestamp desc', 'limit 30'],
  },
} as const;

export class LogQueries extends Construct {
  constructor(scope: Construct, context: EstateContext) {
    super(scope, 'log-queries');
    const { estate, environmentName } = context;
    for (const [name, { of, text }] of Object.entries(queries)) {
      new CfnQueryDefinition(this, name.replaceAll(' ', '-'), {
        name: `decant/${estate}/${environmentName}/${name}`,
        logGroupNames: [logGroupName(context, of[0], of[1])],
        queryString: text.join('\n| '),
      });
    }
  }
}
