/** `decant publish`: writes all embeddings and predictions again as rows and files, as after a lost database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Exit, UserError } from '../runtime/errors.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import { openTarget, withTarget, type TargetOptions } from './target.ts';
import type { Verb } from './verb.ts';

interface PublishOptions extends TargetOptions {
  readonly table?: string;
  readonly dryRun?: boolean;
}

/** Of a laptop: most files of a run are far smaller. */
const DUCK = { memoryMiB: 2048, scratchBytes: 20 * 2 ** 30 };

export const verb: Verb = {
  examples: ['decant publish --dry-run', 'decant publish --table predictions --env dev --json'],
  define(command, io) {
    withTarget(command)
      .description('write embeddings and predictions of the lake to the database and the files that the estate names')
      .option('--table <name>', 'only this table: embeddings or predictions')
      .option('--dry-run', 'only say which files of the lake would be published')
      .action(async (options: PublishOptions) => {
        const { publishedTables } = await import('../protocol/publish.ts');
        if (options.table && !(publishedTables as readonly string[]).includes(options.table))
          throw new UserError(`--table "${options.table}" is not published; ${publishedTables.join(', ')} are`);
        const { environment, environmentName, places, file: estateFile } = await openTarget(options, io);
        const { publish } = environment;
        if (!publish)
          throw new UserError(
            `environment ${environmentName} of ${estateFile} publishes nothing; give it \`publish\` with a database or files`,
          );
        const [{ s3Client }, { allFiles }, { publishFiles }, { credentialsOf }] = await Promise.all([
          import('../runtime/aws.ts'),
          import('../runtime/publish/source.ts'),
          import('../runtime/publish/publish.ts'),
          import('../runtime/publish/credentials.ts'),
        ]);
        const s3 = s3Client();
        const all = await allFiles(s3, places.transformedBucket);
        const files = all.filter((f) => !options.table || f.table === options.table);
        if (options.dryRun) {
          if (options.json) writeJson(io, files);
          else for (const f of files) io.out.write(`${f.key}\n`);
          return;
        }
        const scratch = await mkdtemp(join(tmpdir(), 'publish-'));
        const shown = progress(io, 'files', { items: files.length });
        try {
          const published = await publishFiles(
            {
              ...{ s3, transformedBucket: places.transformedBucket, publish },
              credentials: credentialsOf,
              duck: { ...DUCK, threads: availableParallelism(), scratch },
              onFile: () => shown.add(1, 0),
            },
            files,
          );
          const { withheld, rows, inserted, updated, unchanged, exported } = published;
          if (options.json) writeJson(io, published);
          else {
            const held = withheld ? `; ${withheld} files of other classes stay in the lake` : '';
            const kept = publish.database ? `: ${inserted} new, ${updated} changed, ${unchanged} as before` : '';
            io.out.write(
              `${rows} rows of ${published.files} files published${kept}; ${exported} files written${held}\n`,
            );
          }
          io.exitCode = Exit.done;
        } finally {
          shown.done();
          await rm(scratch, { recursive: true, force: true });
        }
      });
  },
};
