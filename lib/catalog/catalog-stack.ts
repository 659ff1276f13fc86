/** What queries find. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { PublishedPlaces } from '../base/places.ts';
import { Catalog } from './catalog.ts';

export class CatalogStack extends EstateStack {
  readonly places;

  constructor(scope: Construct, context: EstateContext, work: IBucket, dataKey: IKey) {
    super(scope, 'catalog', context);
    const { database, workgroup } = new Catalog(this, context, work, dataKey);
    this.places = new PublishedPlaces(this, context, { catalogDatabase: database, athenaWorkgroup: workgroup });
  }
}
