/** Called when the crawler has ended: compares what it saw with what is registered, and counts what differs. */
import { CrawledEnv } from '../../protocol/env.ts';
import { UNCLASSIFIED } from '../../protocol/ledger.ts';
import { glueClient } from '../../runtime/catalog/client.ts';
import { compareCrawled } from '../../runtime/catalog/crawled.ts';
import { emfLine } from '../../runtime/emf.ts';
import { readEnv } from '../../runtime/env.ts';

/** The part of Glue's event that is read (EventBridge events reference, AWS Glue). */
interface CrawlerEnded {
  readonly detail: { readonly state: string; readonly errorMessage?: string };
}

/** The crawler itself failed; what it saw is not the whole. */
export class CrawlFailedError extends Error {
  override readonly name = 'CrawlFailedError';
}

export async function handler({ detail }: CrawlerEnded): Promise<void> {
  if (detail.state !== 'Succeeded') throw new CrawlFailedError(detail.errorMessage ?? detail.state);
  const { environment, catalogDatabase: database, seenDatabase: seen, transformedBucket } = readEnv(CrawledEnv);
  const report = await compareCrawled({ glue: glueClient(), database, seen, transformedBucket });
  console.log(JSON.stringify({ message: 'compared', ...report }));
  console.log(emfLine(environment, UNCLASSIFIED, { SchemasDiffering: report.differing.length + report.taken.length }));
}
