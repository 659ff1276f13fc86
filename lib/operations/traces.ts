/** X-Ray: one group for the environment's failing and slow requests, so that a map of services shows where they fail. */
import { CfnGroup } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';

/** Seconds above which a step of a workflow or a function is worth a look. */
const SLOW_S = 60;

export class Traces extends Construct {
  constructor(scope: Construct, { estate, environmentName }: EstateContext) {
    super(scope, 'traces');
    const ours = `service(begins-with("${estate}-${environmentName}"))`;
    new CfnGroup(this, 'group', {
      groupName: `${estate}-${environmentName}-trouble`.slice(0, 32),
      filterExpression: `${ours} { fault = true OR error = true OR responsetime > ${SLOW_S} }`,
      insightsConfiguration: { insightsEnabled: true, notificationsEnabled: false },
    });
  }
}
