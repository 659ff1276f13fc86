/** What asl-validator does not look at: retries, timeouts, heartbeats, catches, item readers, and how many tasks a map starts. */
import validate from 'asl-validator';
import type { EnvironmentName } from '../../infra/support/assembly.ts';
import { fixtureQuota, taskVcpu } from './quotas.ts';
import { machinesOf, statesOf, type Catcher, type Machine, type Retrier, type State } from './machines.ts';

/** Integrations of Step Functions' own (Step Functions guide, supported-services); the others are aws-sdk calls. */
const integrations = new Set([
  ...['athena:startQueryExecution', 'athena:getQueryExecution', 'athena:getQueryResults', 'batch:submitJob'],
  ...['codebuild:startBuild', 'dynamodb:getItem', 'dynamodb:putItem', 'dynamodb:updateItem', 'dynamodb:deleteItem'],
  ...['ecs:runTask', 'events:putEvents', 'glue:startJobRun', 'http:invoke', 'lambda:invoke'],
  ...['sns:publish', 'sqs:sendMessage', 'states:startExecution'],
]);
/** Errors that come in crowds: everybody who meets one and comes back at the same moment meets the next. */
const crowded = /Throttl|TooMany|LimitExceeded|Capacity|AmazonECS|ServerException|^States\.ALL$/;
/** More than this, and the waits want a bound and a spread. */
const FEW_ATTEMPTS = 6;
const MOST_ATTEMPTS = 200;
const readers: Record<string, string[]> = {
  getObject: ['CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'],
  listObjectsV2: [],
};

function lastIsAll(what: string, list: readonly { readonly ErrorEquals: readonly string[] }[]): string[] {
  return list.flatMap(({ ErrorEquals }, i) => {
    if (!ErrorEquals.includes('States.ALL')) return [];
    return [
      ...(ErrorEquals.length > 1 ? [`${what} ${i + 1} has States.ALL beside other errors`] : []),
      ...(i < list.length - 1 ? [`${what} ${i + 1} has States.ALL and is not the last`] : []),
    ];
  });
}

function lintRetry(list: readonly Retrier[]): string[] {
  return list.flatMap((r, i) => {
    const found: string[] = [];
    const attempts = r.MaxAttempts ?? 3;
    if ((r.BackoffRate ?? 2) < 1) found.push(`backs off by ${r.BackoffRate}`);
    if ((r.IntervalSeconds ?? 1) < 1) found.push(`waits ${r.IntervalSeconds} s`);
    if (attempts > MOST_ATTEMPTS) found.push(`tries ${attempts} times`);
    if (r.MaxDelaySeconds !== undefined && r.MaxDelaySeconds <= (r.IntervalSeconds ?? 1))
      found.push('has its longest wait below its first');
    if (r.JitterStrategy !== undefined && !['FULL', 'NONE'].includes(r.JitterStrategy))
      found.push(`has the unknown jitter ${r.JitterStrategy}`);
    if ((attempts > FEW_ATTEMPTS || r.ErrorEquals.some((e) => crowded.test(e))) && r.JitterStrategy !== 'FULL')
      found.push(`meets ${r.ErrorEquals.join(', ')} without jitter`);
    return found.map((f) => `retry ${i + 1} ${f}`);
  });
}

const lintCatch = (list: readonly Catcher[]): string[] =>
  list.flatMap((c, i) => (c.ResultPath === undefined ? [`catch ${i + 1} loses the input: it has no ResultPath`] : []));

function lintTask(state: State): string[] {
  const found: string[] = [];
  const [, , , , , service = '', call = ''] = (state.Resource ?? '').split(':');
  const pattern = (state.Resource ?? '').split('.')[1] ?? '';
  const action = call.split('.')[0] ?? '';
  const sdk = service === 'aws-sdk';
  if (!sdk && !integrations.has(`${service}:${action}`))
    found.push(`calls ${service}:${action}, which is no integration`);
  if (pattern && !['sync', 'sync:2', 'waitForTaskToken'].includes(pattern)) found.push(`waits as .${pattern}`);
  const waits = pattern === 'waitForTaskToken';
  const ends = state.TimeoutSeconds ?? state.TimeoutSecondsPath;
  const beats = state.HeartbeatSeconds ?? state.HeartbeatSecondsPath;
  if (waits && ends === undefined && beats === undefined)
    found.push('waits for a token that may never come: no timeout, no heartbeat');
  // A child execution has a timeout of its own.
  if (pattern.startsWith('sync') && service !== 'states' && ends === undefined) found.push('waits without a timeout');
  if (state.HeartbeatSeconds !== undefined && state.TimeoutSeconds !== undefined)
    if (state.HeartbeatSeconds >= state.TimeoutSeconds) found.push('has no heartbeat before its timeout');
  // Whoever waits for a person or a device does not ask twice.
  if (!waits && !state.Retry?.length) found.push('is not retried');
  return found;
}

function lintReader(state: State): string[] {
  if (!state.ItemReader) return [];
  const { Resource, Parameters, ReaderConfig } = state.ItemReader as {
    Resource?: string;
    Parameters?: object;
    ReaderConfig?: { InputType?: string };
  };
  const call = /^arn:[\w-]+:states:::s3:(\w+)$/.exec(Resource ?? '')?.[1] ?? '';
  const types = readers[call];
  if (!types) return [`reads its items by ${Resource}`];
  const given = Object.keys(Parameters ?? {}).map((k) => k.replace(/\.\$$/, ''));
  const wanted = call === 'getObject' ? ['Bucket', 'Key'] : ['Bucket'];
  const missing = wanted.filter((w) => !given.includes(w));
  const type = ReaderConfig?.InputType ?? '';
  return [
    ...missing.map((m) => `reads its items without a ${m}`),
    ...(types.length && !types.includes(type) ? [`reads items of type ${JSON.stringify(type)}`] : []),
  ];
}

/** The machine that a map's children start, if they start one. */
const childOf = (state: State, machines: readonly Machine[]): Machine | undefined => {
  const text = JSON.stringify(state.ItemProcessor ?? {});
  return machines.find((m) => text.includes(`"${m.arn}"`));
};

function lintMap(state: State, environment: EnvironmentName, machines: readonly Machine[]): string[] {
  if (state.ItemProcessor?.ProcessorConfig?.Mode !== 'DISTRIBUTED') return [];
  const at = state.MaxConcurrency ?? 0;
  if (at < 1) return ['starts its children without a bound'];
  const child = childOf(state, machines);
  const states = [...statesOf(state.ItemProcessor), ...(child ? statesOf(child.definition) : [])];
  const vcpu = Math.max(0, ...states.map(([, s]) => taskVcpu(environment, s)));
  const quota = fixtureQuota(environment);
  if (vcpu > 0 && at * vcpu > quota) return [`starts ${at} tasks of ${vcpu} vCPU at a time; the account has ${quota}`];
  return [];
}

/** Findings of one machine, each as `<machine>: <state>: <what>`. */
export function lintMachine(machine: Machine, environment: EnvironmentName, machines: readonly Machine[]): string[] {
  const { name, definition } = machine;
  const answer = validate(structuredClone(definition));
  const states = statesOf(definition).flatMap(([state, s]) =>
    [
      ...(s.Type === 'Task' ? lintTask(s) : []),
      ...lintRetry(s.Retry ?? []),
      ...lastIsAll('retry', s.Retry ?? []),
      ...lintCatch(s.Catch ?? []),
      ...lastIsAll('catch', s.Catch ?? []),
      ...lintReader(s),
      ...lintMap(s, environment, machines),
    ].map((what) => `${name}: ${state}: ${what}`),
  );
  return [
    ...(answer.isValid ? [] : [`${name}: ${answer.errorsText('; ')}`]),
    ...(definition.TimeoutSeconds ? [] : [`${name}: has no timeout`]),
    ...(/QueryLanguage|\{%/.test(JSON.stringify(definition)) ? [`${name}: uses JSONata`] : []),
    ...states,
  ];
}

export function lintMachines(environment: EnvironmentName): string[] {
  const machines = machinesOf(environment);
  return machines.flatMap((m) => lintMachine(m, environment, machines));
}
