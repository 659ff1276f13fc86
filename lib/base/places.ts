/** Publishes physical names for the CLI, one SSM parameter each. */
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { placesPath, type PlaceName } from '../../protocol/places.ts';
import type { EstateContext } from './context.ts';

/** Parameters of one stack; `values` keeps their names in its type, so that a forgotten one does not compile. */
export class PublishedPlaces<const N extends PlaceName> extends Construct {
  readonly values: Readonly<Record<N, string>>;

  constructor(scope: Construct, context: EstateContext, values: Readonly<Record<N, string>>) {
    super(scope, 'places');
    this.values = values;
    const path = placesPath(context.estate, context.environmentName);
    for (const [name, value] of Object.entries<string>(values)) {
      new StringParameter(this, name, { parameterName: `${path}/${name}`, stringValue: value });
    }
  }
}
