/** The transfer stack of an estate of a test's own, synthesized in process. */
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiDocument, glueProgram, shippedBundle } from '../../../bin/assets.ts';
import type { EstateContext } from '../../../lib/base/context.ts';
import { NetworkStack } from '../../../lib/network/network-stack.ts';
import { SecurityStack } from '../../../lib/security/security-stack.ts';
import { StorageStack } from '../../../lib/storage/storage-stack.ts';
import { TransferStack } from '../../../lib/transfer/transfer-stack.ts';
import { parseEstate } from '../../../runtime/estate.ts';

const { context: flags } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

export interface Synthesized {
  readonly template: Template;
  readonly notes: readonly string[];
}

/** What every stack of the environment dev knows. */
export function contextOf(text: string): EstateContext {
  const declared = parseEstate(text, 'decant.yaml');
  const environment = declared.environments['dev'];
  if (!environment) throw new Error('the estate of the test needs an environment dev');
  const folder = mkdtempSync(join(tmpdir(), 'decant-infra-'));
  for (const file of ['index.js', 'contracts.json']) writeFileSync(join(folder, file), '');
  return {
    estate: declared.estate,
    environmentName: 'dev',
    environment,
    declared,
    datasets: Object.keys(declared.datasets),
    contractSet: '0'.repeat(64),
    functionAsset: () => folder,
    imageFolder: folder,
    bundle: () => shippedBundle('chemberta-mtr-mini', 'decant.yaml'),
    glue: glueProgram(),
    nativeLayer: () => folder,
    apiDocument,
  };
}

/** Whether the estate's environment dev gets a transfer stack. */
export const needsTransferStack = (text: string): boolean => TransferStack.isNeeded(contextOf(text));

/** The transfer stack of the environment dev. */
export function synthesize(text: string): Synthesized {
  const context = contextOf(text);
  const app = new App({ context: flags });
  const security = new SecurityStack(app, context);
  const { network } = new NetworkStack(app, context, security);
  const { buckets } = new StorageStack(app, context, security);
  const stack = new TransferStack(app, context, { network, security, buckets });
  const notes = Annotations.fromStack(stack).findInfo('*', Match.anyValue());
  return { template: Template.fromStack(stack), notes: notes.map((n) => n.entry.data as string) };
}
