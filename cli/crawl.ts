/** `decant crawl`: runs the crawler over the transformed bucket and tells what it saw. */
import { Exit } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  examples: ['decant crawl', 'decant crawl --json --env dev'],
  define(command, io) {
    withTarget(command)
      .description('look at the files of the transformed bucket: find what others wrote, check what is registered')
      .action(async (options: TargetOptions) => {
        const { places } = await openTarget(options, io);
        const [{ crawl }, { compareCrawled }, { glueClient }] = await Promise.all([
          import('../runtime/catalog/crawl.ts'),
          import('../runtime/catalog/crawled.ts'),
          import('../runtime/catalog/client.ts'),
        ]);
        const glue = glueClient();
        const seconds = await crawl(glue, places.crawler, (s) => io.err.write(`crawling for ${s} s\n`));
        const { catalogDatabase: database, seenDatabase: seen, transformedBucket } = places;
        const report = await compareCrawled({ glue, database, seen, transformedBucket });
        const { agreeing, differing, found, taken } = report;
        if (options.json) writeJson(io, { seconds, ...report });
        else {
          for (const { table, column, registered = 'no such column', found: type } of differing)
            io.out.write(`${table}.${column}: the catalog says ${registered}, the files hold ${type}\n`);
          for (const name of taken)
            io.out.write(`${name}: somebody wrote files under the name of a table that lies elsewhere\n`);
          if (found.length > 0) io.out.write(`written by others, now in ${database}: ${found.join(', ')}\n`);
          const differences = differing.length + taken.length;
          io.out.write(
            `${agreeing.length} tables agree with their files, ${differences} ${differences === 1 ? 'difference' : 'differences'}, in ${seconds} s\n`,
          );
        }
        io.exitCode = differing.length + taken.length > 0 ? Exit.mismatch : Exit.done;
      });
  },
};
