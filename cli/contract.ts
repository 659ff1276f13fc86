/** `decant contract infer`: proposes a contract from real files, as YAML that a person edits. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeJson } from './io.ts';
import type { Io, Verb } from './verb.ts';

interface Options {
  readonly dataset?: string;
  readonly source?: string;
  readonly output?: string;
  readonly into?: string;
  readonly json?: boolean;
}

export const verb: Verb = {
  examples: [
    'decant contract infer assays.csv --dataset assays --source lab',
    'decant contract infer delivery/*.xlsx --dataset people --source crm --into decant.yaml',
  ],
  define(command, io) {
    command
      .command('infer')
      .description(
        'Proposes a contract from real files: format, encoding, delimiter, columns, types, nullability, candidate keys, likely personal data.',
      )
      .argument('<files...>', 'files of one dataset')
      .option('--dataset <name>', 'name of the dataset (default: from the first file)')
      .option('--source <name>', 'source of the dataset', 'lab')
      .option('-o, --output <file>', 'write to a file instead of standard output')
      .option('--into <estate>', 'add the dataset to an estate file, or replace its contract there; comments stay')
      .option('--json', 'print the proposal as JSON')
      .action((files: string[], options: Options) => infer(files, options, io));
  },
};

async function infer(files: readonly string[], options: Options, io: Io): Promise<void> {
  const { inferContract } = await import('../runtime/infer/infer.ts');
  const { renderProposal } = await import('../runtime/infer/render.ts');
  const dataset = options.dataset ?? nameOf(files[0] ?? '');
  const source = options.source ?? 'lab';
  const proposal = await inferContract(files);
  const yaml = renderProposal(proposal, { dataset, source });
  if (options.into !== undefined) {
    const { addDataset } = await import('../runtime/infer/into.ts');
    await addDataset(options.into, yaml, dataset);
    io.err.write(`dataset ${dataset} written to ${options.into}; read it, then run: decant check ${options.into}\n`);
  } else if (options.output !== undefined) await writeFile(options.output, yaml);
  else if (options.json) writeJson(io, { dataset, source, ...proposal });
  else io.out.write(yaml);
}

/** `esol_2026.csv.gz` → `esol-2026` */
function nameOf(file: string): string {
  const name = basename(file)
    .replace(/\..*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
  return name || 'dataset';
}
