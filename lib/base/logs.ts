/** Log groups: encrypted, kept for as long as the environment says. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type EstateContext, logRemoval, logRetention } from './context.ts';

/** `vendedlogs` names keep Step Functions' log resource policy below its size limit (Step Functions guide, cw-logs). */
export function estateLogGroup(
  scope: Construct,
  id: string,
  context: EstateContext,
  key: IKey,
  area: 'functions' | 'tasks' | 'states' | 'network' | 'trail',
): LogGroup {
  const prefix = area === 'states' ? '/aws/vendedlogs/states' : `/decant/${area}`;
  return new LogGroup(scope, id, {
    logGroupName: `${prefix}/${context.estate}-${context.environmentName}-${id}`,
    encryptionKey: key,
    retention: logRetention(context.environment),
    removalPolicy: logRemoval(context.environment),
  });
}
