/** Parameters of AWS Systems Manager. A file of its own: the SDK is loaded only by those who need it. */
import { paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './aws.ts';

/** Parameters below one path, name (without the path) → value. */
export async function readParameters(path: string): Promise<ReadonlyMap<string, string>> {
  const client = new SSMClient(clientConfig());
  const found = new Map<string, string>();
  for await (const page of paginateGetParametersByPath({ client }, { Path: path })) {
    for (const p of page.Parameters ?? []) found.set((p.Name ?? '').slice(path.length + 1), p.Value ?? '');
  }
  return found;
}
