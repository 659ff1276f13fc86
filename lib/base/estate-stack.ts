/** A stack of one environment: its name, account, zones and tags follow from the estate. */
import { Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { stackId, type StackName } from '../../protocol/names.ts';
import type { EstateContext } from './context.ts';

export class EstateStack extends Stack {
  readonly context: EstateContext;

  constructor(scope: Construct, name: StackName, context: EstateContext) {
    const { estate, environmentName, environment } = context;
    super(scope, name, {
      stackName: stackId(estate, environmentName, name),
      description: `Decant ${estate} ${environmentName}: ${name}`,
      env: { account: environment.account, region: environment.region },
      terminationProtection: environment.kind === 'prod',
    });
    this.context = context;
    const tags = { 'decant:estate': estate, 'decant:environment': environmentName, ...environment.tags };
    for (const [key, value] of Object.entries(tags)) Tags.of(this).add(key, value);
  }

  /** Never looked up: the estate names them, or the Region's first two are taken. */
  override get availabilityZones(): string[] {
    const { zones, region } = this.context.environment;
    return zones ?? [`${region}a`, `${region}b`];
  }
}
