/** A function of ours: bundled code, a role with nothing but what it is granted, its own encrypted log. */
import { type Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function, type ILayerVersion, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { accept } from '../base/accept.ts';
import type { EstateContext, FunctionName } from '../base/context.ts';
import { allow } from '../base/grant.ts';
import { estateLogGroup } from '../base/logs.ts';

export interface ProgramFunctionProps {
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; 1,769 are one vCPU. */
  readonly memory: number;
  readonly logsKey: IKey;
  readonly environment: Record<string, string>;
  /** Where it must be known before the function is there. @default CloudFormation names it */
  readonly functionName?: string;
  /** Packages that are files, no code. @default none */
  readonly layers?: readonly ILayerVersion[];
  /** What its environment is encrypted with. @default Lambda's own key */
  readonly environmentKey?: IKey;
  /** Folders that lie beside the code, by name. @default none */
  readonly folders?: Readonly<Record<string, string>>;
}

export class ProgramFunction extends Function {
  constructor(scope: Construct, name: FunctionName, context: EstateContext, props: ProgramFunctionProps) {
    const logGroup = estateLogGroup(scope, `${name}-log`, context, props.logsKey, 'functions');
    const role = new Role(scope, `${name}-role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Decant ${context.estate} ${context.environmentName}: ${name} function`,
    });
    logGroup.grantWrite(role);
    accept(
      role,
      'IAM5[Resource::*]',
      'xray:PutTraceSegments and PutTelemetryRecords take no resource (service authorization reference, AWS X-Ray).',
    );
    if (props.environmentKey) {
      const { region } = Stack.of(scope);
      allow(role, ['kms:Decrypt'], [props.environmentKey.keyArn], {
        StringEquals: { 'kms:ViaService': `lambda.${region}.amazonaws.com` },
      });
    }
    super(scope, name, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(context.functionAsset(name, props.folders)),
      handler: 'index.handler',
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      timeout: props.timeout,
      memorySize: props.memory,
      ...(props.functionName && { functionName: props.functionName }),
      ...(props.layers && { layers: [...props.layers] }),
      ...(props.environmentKey && { environmentEncryption: props.environmentKey }),
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
    });
  }
}
