/** Rules over several values of an estate file. They read what is there, so that one wrong value hides no other. */
import picomatch from 'picomatch';
import { embeddingTables, lineage, ownTables } from '../protocol/names.ts';
import { columnRules } from './column-rules.ts';
import { connectivityRules } from './connectivity/rules.ts';
import { list, loose, type Loose } from './estate-loose.ts';
import type { Path } from './estate-text.ts';
import { show, type Complaint } from './estate-words.ts';
import { snowballRules } from './snowball/rules.ts';
import { didYouMean } from './suggest.ts';
import { transferRules } from './transfer-rules.ts';

/** Columns that Decant adds to tables and deltas. */
const ownColumns: readonly string[] = [...lineage, '_seq', '_at'];

/** Options that mean something for the named formats only. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  delimiter: ['csv', 'smiles'],
  quote: ['csv', 'tsv'],
  escape: ['csv', 'tsv'],
  encoding: ['csv', 'tsv', 'json', 'jsonl', 'sdf', 'mol', 'smiles'],
  header: ['csv', 'tsv', 'smiles', 'xlsx'],
  quotedNewlines: ['csv'],
  records: ['json'],
};

/** Everything in the estate that breaks a rule which the schema cannot say. */
export function brokenRules(value: unknown): Complaint[] {
  const estate = loose(value);
  const sources = Object.keys(loose(estate['sources']));
  const owners = new Map<string, string>();
  const datasets = Object.entries(loose(estate['datasets'])).flatMap(([name, raw]) => {
    const dataset = loose(raw);
    const path = ['datasets', name];
    const source = dataset['source'];
    return [
      ...(typeof source === 'string' && !sources.includes(source)
        ? [
            {
              path: [...path, 'source'],
              message: `${show(source)} is not a source; ${sources.join(', ') || 'there is none'}.${didYouMean(source, sources)}`,
            },
          ]
        : []),
      ...contractRules([...path, 'contract'], loose(dataset['contract'])),
      ...tableRules(name, [...path, 'contract'], loose(dataset['contract']), owners),
    ];
  });
  return [
    ...connectivityRules(estate['environments']),
    ...transferRules(estate),
    ...datasets,
    ...snowballRules(estate),
  ];
}

function contractRules(path: Path, contract: Loose): Complaint[] {
  const found: Complaint[] = [];
  const say = (more: Path, message: string) => found.push({ path: [...path, ...more], message });
  const format = contract['format'];
  for (const [name, formats] of Object.entries(optionsOf)) {
    if (loose(contract['options'])[name] !== undefined && typeof format === 'string' && !formats.includes(format)) {
      say(['options', name], `means nothing for format ${format}; it is for ${formats.join(', ')}. Remove it`);
    }
  }
  const globs = typeof contract['objects'] === 'string' ? [contract['objects']] : list(contract['objects']);
  for (const glob of globs) {
    if (typeof glob !== 'string') continue;
    if (glob.startsWith('/'))
      say(['objects'], `${show(glob)} starts with a slash; write it relative to <source>/<dataset>/`);
    else if (!compiles(() => picomatch.makeRe(glob, { dot: true }))) say(['objects'], `${show(glob)} is not a glob`);
  }
  const partition = loose(contract['partition']);
  const depth = Number(partition['prefix']);
  const shallow = globs.find((g) => typeof g === 'string' && !g.includes('**') && g.split('/').length <= depth);
  if (shallow) say(['partition', 'prefix'], `${depth} is deeper than the folders of ${show(shallow)}`);
  const inputs: [Path, unknown][] = [
    [['columns'], contract['columns']],
    ...Object.entries(loose(contract['sheets'])).map(([n, s]): [Path, unknown] => [
      ['sheets', n, 'columns'],
      loose(s)['columns'],
    ]),
  ];
  for (const [at, columns] of inputs) {
    for (const c of columnsRules(columns, partition['name'])) say([...at, ...c.path], c.message);
  }
  return found;
}

function columnsRules(columns: unknown, partition: unknown): Complaint[] {
  const names = new Map<string, number>();
  const froms = new Map<string, number>();
  return list(columns).flatMap((raw, i) => {
    const column = loose(raw);
    const found = columnRules(column).map((c): Complaint => ({ path: [i, ...c.path], message: c.message }));
    const name = column['name'];
    if (typeof name !== 'string') return found;
    const say = (key: string, message: string) => found.push({ path: [i, key], message });
    if (ownColumns.includes(name))
      say('name', `${show(name)} is a column that Decant adds itself; choose another name`);
    if (name === partition) say('name', `${show(name)} is the name of the partition too; choose another name`);
    const from = typeof column['from'] === 'string' ? column['from'] : name;
    if (names.has(name)) say('name', `${show(name)} stands twice; it is column ${names.get(name)} already`);
    else if (froms.has(from)) say('from', `${show(from)} is read twice; column ${froms.get(from)} reads it already`);
    names.set(name, i + 1);
    froms.set(from, i + 1);
    return found;
  });
}

const SELECT_ALL = /^\s*select\s+\*\s+from\s+input\s*;?\s*$/i;

function tableRules(dataset: string, path: Path, contract: Loose, owners: Map<string, string>): Complaint[] {
  const found: Complaint[] = [];
  const declared = contract['tables'] === undefined ? undefined : loose(contract['tables']);
  const tables = Object.entries(declared ?? { [dataset.replaceAll('-', '_')]: {} });
  const columns = list(contract['columns']).map((c) => loose(c)['name']);
  for (const [name, raw] of tables) {
    const at = declared ? [...path, 'tables', name] : path.slice(0, 2);
    const table = loose(raw);
    const owner = owners.get(name);
    if (Object.values<string>({ ...ownTables, ...embeddingTables }).includes(name))
      found.push({ path: at, message: `${show(name)} is a table of Decant itself; choose another name` });
    else if (owner)
      found.push({ path: at, message: `table ${show(name)} is made by dataset ${owner} already; choose another name` });
    const viewOf = name.endsWith('_current') ? name.slice(0, -'_current'.length) : undefined;
    if (viewOf !== undefined && (owners.has(viewOf) || tables.some(([t]) => t === viewOf))) {
      found.push({ path: at, message: `${show(name)} is the name of the view over ${viewOf}; choose another name` });
    }
    owners.set(name, owner ?? dataset);
    const select = table['select'];
    if (columns.length && (select === undefined || (typeof select === 'string' && SELECT_ALL.test(select)))) {
      for (const [i, key] of list(table['keys']).entries()) {
        if (typeof key !== 'string' || columns.includes(key)) continue;
        const known = columns.filter((c): c is string => typeof c === 'string');
        found.push({
          path: [...at, 'keys', i],
          message: `${show(key)} is not a column; ${known.join(', ')}.${didYouMean(key, known)}`,
        });
      }
    }
  }
  return found;
}

export function compiles(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}
