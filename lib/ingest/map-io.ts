/** What a Distributed Map reads and writes, granted by key pattern; CDK's own readers and writers ask for the whole bucket. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ResultWriterV2, S3JsonLItemReader } from 'aws-cdk-lib/aws-stepfunctions';
import { WorkKeys } from '../../protocol/keys.ts';
import type { EstateBucket } from '../storage/estate-bucket.ts';

/** Reads the index of a backfill; `key` is a JSONPath. */
export class ListIndexReader extends S3JsonLItemReader {
  private readonly work: EstateBucket;

  constructor(work: EstateBucket, key: string) {
    super({ bucket: work, key });
    this.work = work;
  }

  override providePolicyStatements(): PolicyStatement[] {
    const resources = [this.work.arnForObjects(WorkKeys.listIndex.pattern())];
    return [new PolicyStatement({ actions: ['s3:GetObject'], resources })];
  }
}

/** Writes what became of every list below `map-runs/`. */
export class MapRunWriter extends ResultWriterV2 {
  private readonly work: EstateBucket;

  constructor(work: EstateBucket) {
    super({ bucket: work, prefix: WorkKeys.mapResults.prefix().replace(/\/$/, '') });
    this.work = work;
  }

  override providePolicyStatements(): PolicyStatement[] {
    const actions = ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'];
    return [new PolicyStatement({ actions, resources: [this.work.arnForObjects(WorkKeys.mapResults.pattern())] })];
  }
}
