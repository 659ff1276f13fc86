/** Publishes what clients of the API need, one SSM parameter each. */
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { predictionPath, type PredictionPlaces } from '../../protocol/places.ts';
import type { EstateContext } from '../base/context.ts';

export class PublishedPredictionPlaces extends Construct {
  constructor(scope: Construct, { estate, environmentName }: EstateContext, places: PredictionPlaces) {
    super(scope, 'places');
    for (const [name, stringValue] of Object.entries(places)) {
      const parameterName = `${predictionPath(estate, environmentName)}/${name}`;
      new StringParameter(this, name, { parameterName, stringValue });
    }
  }
}
