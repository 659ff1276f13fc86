/** The embedding job of one machine: the arguments and the outputs of the Spark job, in one process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Client } from '../../runtime/aws.ts';
import { UserError } from '../../runtime/errors.ts';
import { parseArgs } from './args.ts';
import { Places } from './places.ts';
import { runWorker } from './run.ts';

async function main(argv: readonly string[]): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'decant-embed-'));
  try {
    const at = { places: new Places(s3Client), scratch, terminal: process.stderr };
    console.log(JSON.stringify(await runWorker(parseArgs(argv), at)));
    return 0;
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    return error instanceof UserError ? error.exitCode : 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
