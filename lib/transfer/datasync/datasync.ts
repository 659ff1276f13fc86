/** Everything that moves by DataSync: a task for each dataset whose agents are activated, and a note on each that waits. */
import { Annotations } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { datasyncTransfers } from '../../../protocol/datasync.ts';
import type { EstateContext } from '../../base/context.ts';
import { TransferArchive } from './archive.ts';
import { DatasetTask } from './dataset-task.ts';
import type { DatasyncProps } from './props.ts';
import { type SecretConfig, secretConfig } from './secret.ts';
import { taskLog } from './task-log.ts';
import { TransferWatch } from './watch.ts';

export class Datasync extends Construct {
  constructor(scope: Construct, context: EstateContext, { security, buckets }: DatasyncProps) {
    super(scope, 'datasync');
    const transfers = datasyncTransfers(context.declared, context.environmentName);
    let group: LogGroup | undefined;
    const log = (): LogGroup => (group ??= taskLog(this, context, security.logsKey));
    const secrets = new Map<string, SecretConfig | undefined>();
    for (const transfer of transfers) {
      const { dataset, source, from, waitsFor } = transfer;
      if (waitsFor.length > 0) {
        // No warning: an agent is activated after the first deployment, so that this is how every estate begins.
        Annotations.of(this).addInfo(
          `dataset ${dataset} waits for ${waitsFor.join(', ')}: decant agent activate ${waitsFor[0]} --env ${context.environmentName}, then deploy again`,
        );
        continue;
      }
      if (!secrets.has(source))
        secrets.set(source, secretConfig(new Construct(this, `source-${source}`), source, from));
      new DatasetTask(this, context, { transfer, buckets, secret: secrets.get(source), log });
    }
    const ready = transfers.filter((t) => t.waitsFor.length === 0);
    if (ready.length === 0) return;
    new TransferWatch(this, context, ready, { security, buckets });
    new TransferArchive(this, context, { security, buckets });
  }
}
