/** Runs a Glue crawler and waits for its end. */
import { CrawlerRunningException, GetCrawlerCommand, StartCrawlerCommand, type GlueClient } from '@aws-sdk/client-glue';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';

/** Between two looks: crawls take minutes, and Glue allows few calls. */
const LOOK_MS = 1000;
const LOOK_MAX_MS = 15_000;

/** One crawl; one that runs already is waited for instead. Returns seconds. Throws a UserError when it fails. */
export async function crawl(
  glue: GlueClient,
  name: string,
  onWait: (seconds: number) => void = () => {},
): Promise<number> {
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  try {
    await glue.send(new StartCrawlerCommand({ Name: name }));
  } catch (error) {
    if (!(error instanceof CrawlerRunningException)) throw error;
  }
  for (let pause = LOOK_MS; ; pause = Math.min(LOOK_MAX_MS, pause * 1.5)) {
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: name }));
    if (Crawler?.State === 'READY') {
      const { Status, ErrorMessage } = Crawler.LastCrawl ?? {};
      if (Status !== 'SUCCEEDED')
        throw new UserError(`crawler ${name} ended ${Status ?? 'without a word'}: ${ErrorMessage ?? ''}`);
      return seconds();
    }
    onWait(seconds());
    await sleep(pause);
  }
}
