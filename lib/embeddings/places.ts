/** Publishes what programs ask of embeddings: parameters of their own, since an estate may have none. */
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { embeddingsPath, type EmbeddingPlaces } from '../../protocol/embeddings.ts';
import type { EstateContext } from '../base/context.ts';

export class EmbeddingPlaceNames extends Construct {
  constructor(scope: Construct, { estate, environmentName }: EstateContext, places: EmbeddingPlaces) {
    super(scope, 'places');
    const path = embeddingsPath(estate, environmentName);
    for (const [name, stringValue] of Object.entries(places))
      new StringParameter(this, name, { parameterName: `${path}/${name}`, stringValue });
  }
}
