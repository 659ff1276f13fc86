/** Rules of datasets that travel by DataSync: what AWS would refuse at deployment, or at the first run, is refused here. */
import { agentsOfMode, needsAgent, travelsByDatasync } from '../protocol/datasync.ts';
import { filterValue, MAX_FILTER } from '../protocol/datasync-options.ts';
import type { Environment, Source, SourceKind } from '../protocol/estate.ts';
import { isTransferable, parseLocation } from '../protocol/source-location.ts';
import type { Transfer } from '../protocol/transfer.ts';
import { list, loose, type Loose } from './estate-loose.ts';
import type { Path } from './estate-text.ts';
import { show, type Complaint } from './estate-words.ts';
import { scheduleProblem } from './transfer-schedule.ts';
import { datasyncSourceRules, environmentsOf, sourceRules, withModes } from './transfer-source-rules.ts';

/** Items of one execution of a Basic task (DataSync user guide, datasync-limits). */
const BASIC_ITEMS = { 'to AWS': 50_000_000, 'within AWS': 25_000_000 };
/** Paths as the service's API model takes them. */
const FOLDER = /^[a-zA-Z0-9_\-+./()$\p{Zs}]*$/u;
/** Keys of `transfer` that only DataSync knows. */
const DATASYNC_ONLY = [
  'include',
  'exclude',
  'schedule',
  'bandwidth',
  'manifest',
  'verify',
  'mode',
  'overwrite',
  'deleted',
];

type Say = (path: Path, message: string) => void;

/** Everything about transfers that the schema cannot say. */
export function transferRules(estate: Loose): Complaint[] {
  const found: Complaint[] = [];
  const environments = loose(estate['environments']);
  const sources = loose(estate['sources']);
  for (const [name, source] of Object.entries(sources)) found.push(...sourceRules(name, loose(source), environments));
  const read = new Set<string>();
  for (const [name, raw] of Object.entries(loose(estate['datasets']))) {
    const dataset = loose(raw);
    const sourceName = String(dataset['source']);
    const source = loose(sources[sourceName]);
    const transfer = dataset['transfer'] === undefined ? undefined : loose(dataset['transfer']);
    const say: Say = (path, message) => void found.push({ path: ['datasets', name, ...path], message });
    wayRules(source, transfer, say);
    if (!travelsByDatasync(source as Source, transfer)) continue;
    if (!read.has(sourceName)) found.push(...datasyncSourceRules(sourceName, source));
    read.add(sourceName);
    const how = { mode: 'enhanced', verify: 'transferred', deleted: 'keep', ...transfer };
    modeRules(source, how, loose(dataset['size']), say);
    agentRules(sourceName, source, how['mode'], environments, say);
    choiceRules(how, say);
    timeRules(how, say);
  }
  return unique(found);
}

/** Two datasets of a source need the same agent: told once. */
const unique = (found: readonly Complaint[]): Complaint[] => [
  ...new Map(found.map((c) => [`${c.path.join('.')}\0${c.message}`, c])).values(),
];

function wayRules(source: Loose, transfer: Loose | undefined, say: Say): void {
  const kind = source['kind'] as SourceKind;
  const by = transfer?.['by'] as Transfer['by'];
  if (by === 'datasync' && typeof kind === 'string' && !isTransferable(kind))
    say(['transfer', 'by'], `datasync does not read a source of kind ${kind}; remove by, or choose put`);
  if (by === 'datasync' && transfer?.['devices'] !== undefined)
    say(['transfer', 'devices'], 'means nothing for datasync; it is for snowball. Remove it');
  if (by === undefined || by === 'datasync' || by === 'copy') return;
  for (const key of DATASYNC_ONLY) {
    if (transfer?.[key] !== undefined) say(['transfer', key], `means nothing for ${by}; it is for datasync. Remove it`);
  }
}

/** What a mode cannot do: DataSync user guide, choosing-task-mode and datasync-limits. */
function modeRules(source: Loose, { mode, verify }: Loose, size: Loose, say: Say): void {
  const kind = source['kind'] as SourceKind;
  if (mode === 'enhanced' && verify === 'point-in-time')
    say(
      ['transfer', 'verify'],
      'point-in-time is not for an Enhanced task: it verifies what it transferred. Write transferred, or mode: basic',
    );
  if (mode !== 'basic') return;
  const objects = Number(size['objects']);
  const route = kind === 's3' || kind === 'efs' ? 'within AWS' : 'to AWS';
  if (objects > BASIC_ITEMS[route])
    say(
      ['transfer', 'mode'],
      `a Basic task takes ${BASIC_ITEMS[route] / 1e6} million items ${route}, folders counted, and size says ${objects.toLocaleString('en')}; ` +
        'remove mode (an Enhanced task has no limit), or cut the dataset in two by folder',
    );
  const location = typeof source['location'] === 'string' ? source['location'] : '';
  if (kind === 'hdfs' && location.includes(',') && nameNodes(location) > 1)
    say(['transfer', 'mode'], 'a Basic task reads one NameNode, and the location has several; remove mode');
}

function nameNodes(location: string): number {
  try {
    const parsed = parseLocation('hdfs', location);
    return parsed.kind === 'hdfs' ? parsed.nameNodes.length : 0;
  } catch {
    return 0; // The location has a complaint of its own.
  }
}

function agentRules(name: string, source: Loose, mode: unknown, environments: Loose, say: Say): void {
  const kind = source['kind'] as SourceKind;
  if (!isTransferable(kind) || (mode !== 'basic' && mode !== 'enhanced')) return;
  const names = list(source['agents']).filter((n): n is string => typeof n === 'string');
  if (names.length === 0) {
    if (needsAgent(kind, mode))
      say(
        ['transfer'],
        `needs an agent that reads ${kind}${mode === 'basic' ? ' in Basic mode' : ''}; name one in sources.${name}.agents`,
      );
    return;
  }
  for (const [environment, raw] of environmentsOf(source, environments)) {
    const agents = withModes(loose(loose(raw)['agents']));
    if (!names.every((n) => n in agents)) continue; // Told at the source.
    if (agentsOfMode({ agents } as unknown as Environment, names, mode).length === 0)
      say(
        ['transfer', 'mode'],
        `${mode} tasks need an agent of mode ${mode}, and in ${environment} ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not; ` +
          `change environments.${environment}.agents or the dataset's mode`,
      );
  }
}

/** What is moved: path, filters, manifest, deletions. */
function choiceRules(how: Loose, say: Say): void {
  const { path, manifest, deleted } = how;
  if (typeof path === 'string' && (!FOLDER.test(path) || path.split('/').includes('..')))
    say(['transfer', 'path'], `${show(path)} is no folder below the source's location that DataSync takes`);
  for (const key of ['include', 'exclude'] as const) {
    const patterns = list(how[key]).filter((p): p is string => typeof p === 'string');
    for (const [i, pattern] of patterns.entries()) {
      const problem = patternProblem(key, pattern);
      if (problem !== undefined) say(['transfer', key, i], `${show(pattern)} ${problem}`);
    }
    const length = filterValue(patterns)?.length ?? 0;
    if (length > MAX_FILTER)
      say(
        ['transfer', key],
        `has ${length.toLocaleString('en')} characters; DataSync takes ${MAX_FILTER.toLocaleString('en')}. Use a manifest`,
      );
    if (manifest !== undefined && patterns.length > 0)
      say(['transfer', key], 'a task has filters or a manifest, not both; remove one');
  }
  if (manifest !== undefined && deleted === 'remove')
    say(['transfer', 'deleted'], 'a task with a manifest removes nothing; remove deleted');
  if (typeof manifest === 'string' && (manifest.startsWith('/') || !FOLDER.test(manifest)))
    say(
      ['transfer', 'manifest'],
      `${show(manifest)} is no key of the work bucket that DataSync takes; write it without a slash in front`,
    );
}

/** DataSync user guide, filtering. */
function patternProblem(key: 'include' | 'exclude', pattern: string): string | undefined {
  if (pattern === '') return 'is empty; remove it';
  if (/(?<!\\)(\\\\)*\|/.test(pattern))
    return 'holds two patterns; give each its own line, or write \\| for a bar in a name';
  if (!pattern.startsWith('/') && !(key === 'exclude' && pattern.startsWith('*')))
    return `must begin with a slash, at the dataset's folder${key === 'exclude' ? ', or with * for any folder' : ''}`;
  if (key === 'include' && /(?<!\\)(\\\\)*\*./.test(pattern))
    return 'has * before its end; in include it may only be the last character';
  return undefined;
}

function timeRules({ schedule, bandwidth }: Loose, say: Say): void {
  const problem = typeof schedule === 'string' ? scheduleProblem(schedule) : undefined;
  if (problem !== undefined) say(['transfer', 'schedule'], `${show(schedule)} ${problem}`);
  const { from, to } = loose(loose(bandwidth)['hours']);
  if (from !== undefined && from === to)
    say(
      ['transfer', 'bandwidth', 'hours'],
      `from ${show(from)} to ${show(to)} is no hour at all; remove hours, or give mbps alone`,
    );
}
