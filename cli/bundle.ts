/** `decant bundle`: model bundles, from a published checkpoint to a folder that every program trusts. */
import type { Command } from 'commander';
import type { ExportOptions, ImportOptions, ReadOptions } from './bundle-options.ts';
import type { Io, Verb } from './verb.ts';

export const verb: Verb = {
  examples: [
    'decant bundle verify',
    'decant bundle verify ./models/chemberta-mtr-mini --json',
    'decant bundle show chemberta-mtr-mini',
    'decant bundle export chemberta-mtr-mini --out chemberta-mtr-mini-1.0.0.tar.gz',
    'decant bundle import chemberta-mtr-mini-1.0.0.tar.gz --out ./models/copy',
    'decant bundle import ./ChemBERTa-zinc-base-v1 --name chemberta-zinc-base',
    'decant bundle import ./ChemBERTa-77M-MTR --name chemberta-77m-mtr --bug-compatible',
  ],
  define(command, io) {
    const sub = (name: string, summary: string): Command =>
      command.command(name).summary(summary).description(summary).option('--json', 'print the result as JSON');
    reading(sub, io);
    moving(sub, io);
  },
};

type Sub = (name: string, summary: string) => Command;
const WHICH = 'name of a bundle below models/, or its folder';
const DEFAULT = 'chemberta-mtr-mini';

function reading(sub: Sub, io: Io): void {
  sub('verify', 'prove that every file of a bundle is what its index says; exit 3 when one is not')
    .argument('[bundle]', WHICH, DEFAULT)
    .action(async (bundle: string, options: ReadOptions) => {
      await (await import('./bundle-show.ts')).verify(bundle, options, io);
    });
  sub('show', 'print what a bundle is: hash, tokens, targets, heads, how good it is, limits')
    .argument('[bundle]', WHICH, DEFAULT)
    .action(async (bundle: string, options: ReadOptions) => {
      await (await import('./bundle-show.ts')).show(bundle, options, io);
    });
}

function moving(sub: Sub, io: Io): void {
  sub('import', 'make a bundle of a published checkpoint, or unpack the archive of one')
    .argument('<source>', 'folder with config.json, tokenizer files and weights; or an archive that export wrote')
    .option('--name <name>', 'name of the bundle (default: from the folder)')
    .option('--out <folder>', 'folder to write (default: models/<name>)')
    .option('--bundle-version <version>', 'version of the bundle', '1.0.0')
    .option('--pooling <how>', 'mean or cls (default: cls where the checkpoint predicts, else mean)')
    .option('--bug-compatible', 'take the published tokenizer that reads Cl as C; the bundle is marked')
    .option('--address <url>', 'where the checkpoint was published, for the card')
    .action(async (source: string, options: ImportOptions) => {
      await (await import('./bundle-import.ts')).importBundle(source, options, io);
    });
  sub('export', 'write a bundle as one archive (.tar.gz, .tgz), the same bytes each time, or as a folder')
    .argument('[bundle]', WHICH, DEFAULT)
    .requiredOption('--out <path>', 'archive or folder to write')
    .action(async (bundle: string, options: ExportOptions) => {
      await (await import('./bundle-import.ts')).exportBundle(bundle, options, io);
    });
}
