/** Puts a proposed dataset into an estate file and leaves everything else as it is written there. */
import { readFile, writeFile } from 'node:fs/promises';
import { isMap, parseDocument, YAMLMap } from 'yaml';
import { UserError } from '../errors.ts';

/** Adds the dataset, or replaces the contract of one that is there. `yaml` holds it below `datasets`. */
export async function addDataset(file: string, yaml: string, dataset: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  });
  await writeFile(file, withDataset(text, yaml, dataset, file));
}

export function withDataset(text: string, yaml: string, dataset: string, file: string): string {
  const estate = parseDocument(text);
  const broken = estate.errors[0];
  if (broken) throw new UserError(`${file}: ${broken.message}`);
  const proposed = parseDocument(yaml).getIn(['datasets', dataset], true);
  if (!isMap(proposed)) throw new UserError(`"${dataset}" cannot be a dataset's name; name one with --dataset`);
  if (!isMap(estate.get('datasets', true))) estate.set('datasets', new YAMLMap());
  const old = estate.getIn(['datasets', dataset], true);
  if (isMap(old)) old.set('contract', proposed.get('contract', true));
  else estate.setIn(['datasets', dataset], proposed);
  return estate.toString({ lineWidth: 0, flowCollectionPadding: true });
}
