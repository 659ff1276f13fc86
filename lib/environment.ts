/**
 * One environment: all of its stacks, in order. A construct, no CDK Stage: `cdk deploy --all` passes over the stacks of
 * stages.
 */
import { Construct } from 'constructs';
import type { Places } from '../protocol/places.ts';
import type { EstateContext } from './base/context.ts';
import { CatalogStack } from './catalog/catalog-stack.ts';
import { EmbeddingsStack } from './embeddings/embeddings-stack.ts';
import { ImagesStack } from './images/images-stack.ts';
import { IngestStack } from './ingest/ingest-stack.ts';
import { NetworkStack } from './network/network-stack.ts';
import { OperationsStack } from './operations/operations-stack.ts';
import { PredictionStack } from './prediction/prediction-stack.ts';
import { AccessStack } from './security/access-stack.ts';
import { SecurityStack } from './security/security-stack.ts';
import { StorageStack } from './storage/storage-stack.ts';
import { TransferStack } from './transfer/transfer-stack.ts';

export class EnvironmentStacks extends Construct {
  /** Everything that programs look up; a place that no stack publishes does not compile. */
  readonly places: Places;

  constructor(scope: Construct, context: EstateContext) {
    super(scope, context.environmentName);
    const security = new SecurityStack(this, context);
    security.boundary.applyTo(this);
    const { network, apiEndpoint } = new NetworkStack(this, context, security);
    const storage = new StorageStack(this, context, security);
    const image = ImagesStack.isNeeded(context) ? new ImagesStack(this, context, { security }).transformer : undefined;
    if (TransferStack.isNeeded(context))
      new TransferStack(this, context, { network, security, buckets: storage.buckets });
    const ingest = new IngestStack(this, context, { network, security, buckets: storage.buckets, image });
    const catalog = new CatalogStack(this, context, { buckets: storage.buckets, security });
    const embeddings = EmbeddingsStack.isNeeded(context)
      ? new EmbeddingsStack(this, context, { network, security, buckets: storage.buckets, task: ingest.transformer })
      : undefined;
    if (PredictionStack.isNeeded(context))
      new PredictionStack(this, context, { endpoint: apiEndpoint, security, buckets: storage.buckets });
    if (AccessStack.isNeeded(context))
      new AccessStack(this, context, { security, buckets: storage.buckets, ingest, embeddings });
    new OperationsStack(this, context, { security });
    this.places = { ...storage.places.values, ...ingest.places.values, ...catalog.places.values };
  }
}
