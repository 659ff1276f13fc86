/** The cases that follow from a definition: each task state × each error that it is caught or retried for, and one that nobody thought of. */
import type { Definition, Retrier, State } from './machines.ts';
import { interpret, type Outcome, type Scenario } from './interpreter.ts';
import { statesOf } from './machines.ts';

export interface Workflow {
  /** Together they enter every state. */
  readonly scenarios: readonly Scenario[];
  /** Task states whose failure does not fail the execution, with the reason. */
  readonly tolerated?: Readonly<Record<string, string>>;
}

export interface Case {
  readonly title: string;
  /** Undefined when the outcome is right; else what is wrong. */
  run(): Promise<string | undefined>;
}

/** An error that no definition names. */
const UNFORESEEN = 'Unforeseen';

/** The error that stands for one of a list: what a wildcard also takes. */
const standFor = (name: string): string => (name === 'States.ALL' || name === 'States.TaskFailed' ? UNFORESEEN : name);

const takes = (errors: readonly string[], error: string): boolean =>
  errors.some((e) => e === error || e === 'States.ALL' || (e === 'States.TaskFailed' && error !== 'States.Timeout'));

const retrierOf = (state: State, error: string): Retrier | undefined =>
  state.Retry?.find((r) => takes(r.ErrorEquals, error));
const attemptsOf = (r: Retrier | undefined): number => (r ? (r.MaxAttempts ?? 3) : 0);

/** Errors of interest of a task state, without repetition. */
const errorsOf = (state: State): string[] => [
  ...new Set(
    [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap((r) => r.ErrorEquals.map(standFor)).concat(UNFORESEEN),
  ),
];

/** The state that was entered next after the given one was entered for the last time before it was left. */
const after = ({ visited }: Outcome, state: string): string | undefined => {
  const first = visited.indexOf(state);
  return visited.slice(first).find((v) => v !== state);
};

function judge(name: string, state: State, error: string, outcome: Outcome, workflow: Workflow): string | undefined {
  const { ends, visited } = outcome;
  const catcher = state.Catch?.find((c) => takes(c.ErrorEquals, error));
  if (catcher && after(outcome, name) !== catcher.Next)
    return `went to ${after(outcome, name)} instead of ${catcher.Next}`;
  const tolerated = workflow.tolerated?.[name] !== undefined;
  if (ends === 'succeeded' && !tolerated) return `the error is swallowed: succeeded by way of ${visited.join(' → ')}`;
  if (ends !== 'succeeded' && tolerated) return `ended with ${ends}, though this failure is tolerated`;
  return undefined;
}

/** Cases of one machine. A task state is hit in the first scenario that enters it. */
export async function casesOf(definition: Definition, workflow: Workflow): Promise<Case[]> {
  const well = await Promise.all(workflow.scenarios.map((s) => interpret(definition, s)));
  const tasks = statesOf(definition).filter(([, s]) => s.Type === 'Task');
  const cases: Case[] = workflow.scenarios.map((scenario, i) => ({
    title: scenario.title,
    run: () => {
      const { ends, cause, visited } = well[i] as Outcome;
      const said = `ended with ${ends} (${cause}) by way of ${visited.join(' → ')}, not with ${scenario.ends}`;
      return Promise.resolve(ends === scenario.ends ? undefined : said);
    },
  }));
  for (const [name, state] of tasks) {
    const i = well.findIndex((o) => o.visited.includes(name));
    const scenario = workflow.scenarios[i];
    if (!scenario) continue; // Told by `unvisited`.
    for (const error of errorsOf(state))
      cases.push(...casesOfError(definition, workflow, scenario, name, state, error));
    if (state.TimeoutSeconds !== undefined) cases.push(hanging(definition, workflow, scenario, name, state));
  }
  return cases;
}

function casesOfError(
  definition: Definition,
  workflow: Workflow,
  scenario: Scenario,
  name: string,
  state: State,
  error: string,
): Case[] {
  const attempts = attemptsOf(retrierOf(state, error));
  const permanent: Case = {
    title: `${name} × ${error}, every time`,
    run: async () => {
      const outcome = await interpret(definition, scenario, { state: name, error, calls: Infinity });
      const calls = outcome.calls[name] ?? 0;
      if (calls % (attempts + 1) !== 0) return `was called ${calls} times for ${attempts} retries`;
      return judge(name, state, error, outcome, workflow);
    },
  };
  if (attempts === 0) return [permanent];
  const passing: Case = {
    title: `${name} × ${error}, once`,
    run: async () => {
      const { ends, calls } = await interpret(definition, scenario, { state: name, error, calls: 1 });
      if (ends !== scenario.ends) return `ended with ${ends} instead of ${scenario.ends}, though a retry would do`;
      return (calls[name] ?? 0) > 1 ? undefined : 'was not called again';
    },
  };
  return [permanent, passing];
}

/** A task that never answers, for as long as it is asked: a timeout, which States.TaskFailed does not stand for. */
function hanging(definition: Definition, workflow: Workflow, scenario: Scenario, name: string, state: State): Case {
  return {
    title: `${name} × no answer within its timeout`,
    run: async () => {
      const again = attemptsOf(retrierOf(state, 'States.Timeout')) > 0;
      const outcome = await interpret(definition, scenario, {
        state: name,
        error: 'hang',
        calls: again ? 1 : Infinity,
      });
      if (again) return outcome.ends === scenario.ends ? undefined : `ended with ${outcome.ends} in spite of its retry`;
      return judge(name, state, 'States.Timeout', outcome, workflow);
    },
  };
}

/** States that no scenario and no case of theirs enters. */
export async function unvisited(definition: Definition, workflow: Workflow): Promise<string[]> {
  const outcomes = await Promise.all(workflow.scenarios.map((s) => interpret(definition, s)));
  const entered = new Set(outcomes.flatMap((o) => o.visited));
  // What is only reached when something fails.
  for (const [name, state] of statesOf(definition).filter(([, s]) => s.Type === 'Task')) {
    const scenario = workflow.scenarios[outcomes.findIndex((o) => o.visited.includes(name))];
    for (const c of scenario ? (state.Catch ?? []) : []) {
      const error = standFor(c.ErrorEquals[0] ?? '');
      const outcome = await interpret(definition, scenario as Scenario, { state: name, error, calls: Infinity });
      for (const v of outcome.visited) entered.add(v);
    }
  }
  return statesOf(definition)
    .map(([name]) => name)
    .filter((name) => !entered.has(name));
}
