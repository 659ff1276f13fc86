/** Log groups: encrypted, kept for as long as the environment says. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type EstateContext, logRemoval, logRetention } from './context.ts';

type LogArea = 'apis' | 'functions' | 'tasks' | 'states' | 'network' | 'trail' | 'builds';

/**
 * Name of a log group, for whoever only reads it. `vendedlogs` names keep Step Functions' log resource policy below its size
 * limit (Step Functions guide, cw-logs).
 */
export const logGroupName = ({ estate, environmentName }: EstateContext, area: LogArea, id: string): string =>
  `${area === 'states' ? '/aws/vendedlogs/states' : `/decant/${area}`}/${estate}-${environmentName}-${id}`;

export function estateLogGroup(
  scope: Construct,
  id: string,
  context: EstateContext,
  key: IKey,
  area: LogArea,
): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: logGroupName(context, area, id),
    encryptionKey: key,
    retention: logRetention(context.environment),
    removalPolicy: logRemoval(context.environment),
  });
}
