/** What operators need at the sites: lines that CloudFormation only orders, and agents that it cannot activate. */
import type { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { EstateContext } from '../../base/context.ts';
import { allow } from '../../base/grant.ts';
import { arn, UNSCOPED } from './scope.ts';

/** `decant dx`: what CloudFormation lacks about lines. */
export function grantDx(role: Role, stack: Stack, context: EstateContext): void {
  grantLines(role, stack);
  const own = (kind: string): string => arn(stack, 'directconnect', `${kind}/*`);
  const why = 'Lines get their ids when they are ordered; partners make some of them.';
  const lines = ['AssociateMacSecKey', 'ConfirmConnection', 'DescribeLoa', 'UpdateConnection', 'UpdateLag'];
  const interfaces = ['ConfirmPrivateVirtualInterface', 'ConfirmTransitVirtualInterface'].concat(
    'ListVirtualInterfaceTestHistory',
    'StartBgpFailoverTest',
    'StopBgpFailoverTest',
  );
  const named = (actions: string[]): string[] => actions.map((a) => `directconnect:${a}`);
  allow(role, named(lines), [own('dxcon'), own('dxlag')], undefined, why);
  allow(role, named(interfaces), [own('dxvif')], undefined, why);
  const secrets = JSON.stringify(context.environment.connectivity).matchAll(/"macsecSecret":"([^"]+)"/g);
  const arns = [...secrets].map(([, name]) => arn(stack, 'secretsmanager', `secret:${name}-*`));
  // Secrets Manager ends a secret's ARN with six characters of its own (user guide, reference_iam-permissions).
  if (arns.length)
    allow(role, ['secretsmanager:GetSecretValue'], arns, undefined, 'Ends in characters that AWS chooses.');
}

/** `decant agent`: a machine becomes an agent with a key that only it knows. */
export function grantAgents(role: Role, stack: Stack): void {
  allow(
    role,
    ['datasync:DescribeAgent'],
    [arn(stack, 'datasync', 'agent/*')],
    undefined,
    'Agents get ids when activated.',
  );
  allow(role, ['datasync:CreateAgent', 'datasync:ListAgents'], ['*'], undefined, UNSCOPED('AWS DataSync'));
}

/** Whether the lines are up: a transfer waits for them. */
function grantLines(role: Role, stack: Stack): void {
  const lines = ['dxcon', 'dxlag', 'dxvif'].map((kind) => arn(stack, 'directconnect', `${kind}/*`));
  const gateways = `arn:${stack.partition}:directconnect::${stack.account}:dx-gateway/*`;
  const what = 'Connections, LAGs and interfaces get ids when they are ordered; partners make some of them.';
  allow(
    role,
    ['Connections', 'Lags', 'VirtualInterfaces'].map((a) => `directconnect:Describe${a}`),
    lines,
    undefined,
    what,
  );
  allow(
    role,
    ['DirectConnectGateways', 'DirectConnectGatewayAssociations'].map((a) => `directconnect:Describe${a}`),
    [gateways],
    undefined,
    what,
  );
}
