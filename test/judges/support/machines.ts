/** The state machines of the synthesized estate, without intrinsic functions. */
import type { EnvironmentName } from '../../infra/support/assembly.ts';
import { resourcesOf } from '../../infra/support/assembly.ts';
import { resolve } from '../../infra/support/resolve.ts';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Next?: string;
  readonly End?: boolean;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
  readonly MaxConcurrency?: number;
  readonly ItemReader?: Readonly<Record<string, unknown>>;
  readonly ItemProcessor?: Definition & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly Branches?: readonly Definition[];
  readonly [field: string]: unknown;
}
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number | undefined;
}

export interface Machine {
  /** Without estate and environment: `ingest`. */
  readonly name: string;
  /** `prod/ingest/<logical id>`. */
  readonly id: string;
  readonly arn: string;
  readonly definition: Definition;
}

/** Every state machine of an environment. */
export function machinesOf(environment: EnvironmentName): Machine[] {
  return [...resourcesOf(environment, 'AWS::StepFunctions::StateMachine')].map(([id, { Properties = {} }]) => {
    const path = id.split('/').slice(0, 2).join('/');
    const { DefinitionString, StateMachineName } = resolve(path, {
      DefinitionString: Properties['DefinitionString'],
      StateMachineName: Properties['StateMachineName'],
    }) as { DefinitionString: string; StateMachineName: string };
    return {
      name: StateMachineName.replace(/^bpc-(local|dev|prod)-/, ''),
      id,
      arn: resolve(path, { Ref: id.split('/')[2] }) as string,
      definition: JSON.parse(DefinitionString) as Definition,
    };
  });
}

/** All states with their names, those within maps and branches too. */
export function statesOf(definition: Definition): [string, State][] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[state.ItemProcessor, ...(state.Branches ?? [])].flatMap((inner) => (inner ? statesOf(inner) : [])),
  ]);
}
