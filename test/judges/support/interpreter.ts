/**
 * Runs state machines on aws-local-stepfunctions, which shares no code with the embedded AWS. It knows neither item readers
 * nor formulas in causes, so that both are rewritten to states that mean the same.
 */
import { StateMachine } from 'aws-local-stepfunctions';
import type { Definition, State } from './machines.ts';

const withResolvers = <T>(): PromiseWithResolvers<T> => {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
};
// Of Node 22; the package counts on it.
if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a task answers: a value, or one that follows from its input and from the children that failed before. */
export type Answer = Json | ((input: Json, told: { call: number; failedChildren: number }) => Json);

export interface Scenario {
  readonly title: string;
  readonly input: Json;
  /** Answers of the task states by their names. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** Items that the reader of a Distributed Map would read, by the map's name. */
  readonly items?: Readonly<Record<string, readonly Json[]>>;
  /** `succeeded`, or the name of the error that the execution ends with. */
  readonly ends: string;
}

/** What happens to one task state instead of its answer. */
export interface Fault {
  readonly state: string;
  /** Name of the error, or `hang`: never answers. */
  readonly error: string;
  /** How many calls are hit, from the first. */
  readonly calls: number;
}

export interface Outcome {
  /** `succeeded`, or the name of the error. */
  readonly ends: string;
  readonly cause: string;
  /** Names of the states in the order in which they were entered. */
  readonly visited: readonly string[];
  /** Calls of each task state. */
  readonly calls: Readonly<Record<string, number>>;
  readonly output: Json;
}

const result = (name: string): string => `${name} (result)`;
const failedChild = (name: string): string => `${name} (failed child)`;
const TASK = 'arn:aws:states:::lambda:invoke';

/** A Fail whose cause is a formula: a Pass that works it out, and a Fail that says it. */
function rewriteFail(name: string, state: State): Record<string, State> {
  const said = `${name} (said)`;
  const of = (field: string): object =>
    state[`${field}Path`] === undefined ? { [field]: state[field] ?? '' } : { [`${field}.$`]: state[`${field}Path`] };
  return {
    [name]: { Type: 'Pass', Parameters: { ...of('Error'), ...of('Cause') }, Next: said },
    [said]: { Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' },
  };
}

/** A Distributed Map: an inline map over the scenario's items, whose failed children are put up with as far as it says. */
function rewriteMap(name: string, state: State, index: number): Record<string, State> {
  if (state['ItemBatcher']) throw new Error(`${name}: batches of items are not rewritten yet`);
  const { ItemProcessor, ResultSelector, ResultPath, OutputPath, Next, End, Retry, Catch, ItemSelector, Parameters } =
    state;
  const inner = rewrite(ItemProcessor as Definition);
  const tolerant = Boolean(state['ToleratedFailurePercentage'] ?? state['ToleratedFailureCount']);
  const caught = failedChild(name);
  const child: Definition = tolerant
    ? {
        StartAt: `${name} (child)`,
        States: {
          [`${name} (child)`]: {
            Type: 'Parallel',
            Branches: [inner],
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: caught }],
            End: true,
          },
          [caught]: { Type: 'Task', Resource: TASK, End: true },
        },
      }
    : inner;
  const select = ItemSelector ?? Parameters;
  return {
    [name]: {
      Type: 'Map',
      ItemsPath: `$$.Items.map${index}`,
      ...(select ? { ItemSelector: select } : {}),
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...child },
      ResultPath: null,
      ...(Retry && { Retry }),
      ...(Catch && { Catch }),
      Next: result(name),
    },
    [result(name)]: {
      Type: 'Task',
      Resource: TASK,
      ...(ResultSelector ? { ResultSelector } : {}),
      ...(ResultPath === undefined ? {} : { ResultPath }),
      ...(OutputPath === undefined ? {} : { OutputPath }),
      ...(Next ? { Next } : { End: End ?? true }),
    },
  };
}

const isDistributed = (s: State): boolean => s.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
const distributed = (d: Definition): string[] =>
  Object.entries(d.States).flatMap(([name, s]) => (isDistributed(s) ? [name] : []));

/** A second is the shortest timeout that a state can have; only a state that hangs waits for it. */
const impatient = (s: State): State =>
  s.TimeoutSeconds === undefined
    ? s
    : { ...s, TimeoutSeconds: 1, ...(s.HeartbeatSeconds ? { HeartbeatSeconds: 1 } : {}) };

function rewrite(definition: Definition): Definition {
  const maps = distributed(definition);
  const states = Object.entries(definition.States).flatMap(([name, s]) => {
    if (isDistributed(s)) return Object.entries(rewriteMap(name, s, maps.indexOf(name)));
    if (s.Type === 'Fail') return Object.entries(rewriteFail(name, s));
    const inner = {
      ...(s.ItemProcessor && { ItemProcessor: { ...s.ItemProcessor, ...rewrite(s.ItemProcessor) } }),
      ...(s.Branches && { Branches: s.Branches.map(rewrite) }),
    };
    return [[name, { ...(s.Type === 'Task' ? impatient(s) : s), ...inner }] as [string, State]];
  });
  // Days and months overflow the interpreter's clock; the linter wants them to be there.
  return { ...definition, TimeoutSeconds: undefined, States: Object.fromEntries(states) };
}

const named = (name: string): Error => Object.assign(new Error(`${name}, as the test wants it`), { name });

/** All states of a definition by name, those that the rewriting added too. */
function everyState(d: Definition): [string, State][] {
  return Object.entries(d.States).flatMap(([name, s]) => [
    [name, s] as [string, State],
    ...[s.ItemProcessor, ...(s.Branches ?? [])].flatMap((inner) => (inner ? everyState(inner) : [])),
  ]);
}

/** Runs a scenario, with one fault or none. */
export async function interpret(definition: Definition, scenario: Scenario, fault?: Fault): Promise<Outcome> {
  const calls: Record<string, number> = {};
  const visited: string[] = [];
  let failedChildren = 0;
  const machine = rewrite(definition);
  const states = everyState(machine);
  const handlers = Object.fromEntries(
    states
      .filter(([, s]) => s.Type === 'Task')
      .map(([name]) => [
        name,
        (input: Json): Promise<Json> => {
          const n = (calls[name] = (calls[name] ?? 0) + 1);
          if (fault?.state === name && n <= fault.calls) {
            if (fault.error === 'hang') return new Promise<Json>(() => undefined);
            return Promise.reject(named(fault.error));
          }
          if (name.endsWith(' (result)')) return Promise.resolve({ MapRunArn: 'arn:aws:states:::mapRun:m/e:r' });
          if (name.endsWith(' (failed child)')) return Promise.resolve((failedChildren += 1));
          const answer = scenario.answers[name];
          if (answer === undefined) return Promise.reject(named(`Test.NoAnswerFor(${name})`));
          return Promise.resolve(typeof answer === 'function' ? answer(input, { call: n, failedChildren }) : answer);
        },
      ]),
  );
  const items = distributed(definition).map((name, i) => [`map${i}`, [...(scenario.items?.[name] ?? [])]]);
  const execution = new StateMachine(machine as never, { validationOptions: { noValidate: true } }).run(
    scenario.input,
    {
      overrides: {
        taskResourceLocalHandlers: handlers,
        waitTimeOverrides: Object.fromEntries(states.filter(([, s]) => s.Type === 'Wait').map(([name]) => [name, 0])),
        retryIntervalOverrides: Object.fromEntries(states.filter(([, s]) => s.Retry).map(([name]) => [name, 0])),
      },
      context: {
        Items: Object.fromEntries(items) as never,
        Execution: {
          Id: 'arn:aws:states:eu-central-1:1:execution:m:e',
          Name: 'e',
          Input: scenario.input,
          StartTime: '2026-11-21T00:00:00Z',
        },
        State: { RetryCount: 0, Name: '', EnteredTime: '2026-11-21T00:00:00Z' },
        StateMachine: { Id: 'arn:aws:states:eu-central-1:1:stateMachine:m', Name: 'm' },
        Task: { Token: 'token' },
      },
    },
  );
  const log = (async () => {
    for await (const event of execution.eventLogs) if (event.type === 'StateEntered') visited.push(event.state.name);
  })();
  const ended = await execution.result.then(
    (output) => ({ ends: 'succeeded', cause: '', output: output }),
    (error: Error) => failure(error),
  );
  await log.catch(() => undefined);
  return { ...ended, visited, calls };
}

/** The error of the state that ended the execution. */
function failure(error: Error): { ends: string; cause: string; output: Json } {
  const inner = error.cause instanceof Error ? error.cause : error;
  return { ends: inner.name, cause: inner.message, output: null };
}
