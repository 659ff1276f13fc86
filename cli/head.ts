/** `decant head`: predictions of measured endpoints, trained on a table of one's own. */
import type { HeadOptions } from './head-options.ts';
import type { Verb } from './verb.ts';

export const verb: Verb = {
  examples: [
    "decant head train --table solubility.csv --smiles smiles --target 'log S' --name solubility_lab --kind ridge --unit 'log10 mol/L'",
    'decant head train --table assay.parquet --smiles smiles --target active --name assay_7 --kind logistic --unit probability --bundle ./models/mine',
    'decant head train --table assay.csv --smiles smiles --target active --name assay_7 --kind logistic --unit probability --dry-run --json',
  ],
  define(command, io) {
    command
      .command('train')
      .summary('fit a linear head on the frozen embedding, compare it, and put it into a bundle')
      .description(
        'Fits a linear head on the frozen embedding of a bundle, compares it with baselines on scaffold splits, and writes heads/<name>.json into the bundle, whose hash stays. A head that is not clearly better than every baseline is marked experimental.',
      )
      .requiredOption('--table <file>', 'CSV with a header, or Parquet')
      .requiredOption('--smiles <column>', 'column that holds SMILES')
      .requiredOption('--target <column>', 'column that holds what was measured')
      .requiredOption('--name <name>', 'name of the endpoint: lower-case letters, digits and _, 40 at most')
      .requiredOption('--kind <kind>', 'ridge for numbers, logistic for two classes (0 and 1)')
      .requiredOption('--unit <unit>', 'unit of what the head answers; probability where it is logistic')
      .option('--title <text>', 'title of the endpoint (default: its name)')
      .option('--bundle <bundle>', 'name of a bundle below models/, or its folder', 'chemberta-mtr-mini')
      .option('--dry-run', 'compare and tell, write nothing')
      .option('--json', 'print the result as JSON')
      .action(async (options: HeadOptions) => {
        await (await import('./head-train.ts')).train(options, io);
      });
  },
};
