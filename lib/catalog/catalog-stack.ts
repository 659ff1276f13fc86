/** What queries find. */
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';
import { EstateStack } from '../base/estate-stack.ts';
import { PublishedPlaces } from '../base/places.ts';
import type { SecurityStack } from '../security/security-stack.ts';
import type { Buckets } from '../storage/buckets.ts';
import { Catalog } from './catalog.ts';
import { Crawler } from './crawler.ts';

export interface CatalogStackProps {
  readonly buckets: Buckets;
  readonly security: SecurityStack;
}

export class CatalogStack extends EstateStack {
  readonly places;

  constructor(scope: Construct, context: EstateContext, { buckets, security }: CatalogStackProps) {
    super(scope, 'catalog', context);
    const { dataKey: key, logsKey, classKeys, alarms } = security;
    const { database, workgroup } = new Catalog(this, context, { work: buckets.work, key });
    const crawler = new Crawler(this, context, {
      transformed: buckets.transformed,
      logsKey,
      classKeys: Object.values(classKeys),
      alarms,
    });
    this.places = new PublishedPlaces(this, context, {
      catalogDatabase: database,
      seenDatabase: crawler.seenDatabase,
      crawler: crawler.crawlerName,
      athenaWorkgroup: workgroup,
    });
  }
}
