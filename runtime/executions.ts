/** Executions of shards: named after what they do, so that starting one twice is no second run. */
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  type ExecutionStatus,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { WorkKeys } from '../protocol/keys.ts';
import { executionName, type IngestInput } from '../protocol/workflow.ts';

/** A shard's attempt; `shard` with its part or replay. */
export interface ShardRun {
  readonly dataset: string;
  readonly shard: string;
  readonly contract: string;
  readonly attempt: number;
}

/** ARN of an execution by name: states:…:stateMachine:M → states:…:execution:M:name. */
export const executionArn = (machine: string, name: string): string =>
  `${machine.replace(':stateMachine:', ':execution:')}:${name}`;

export class Executions {
  readonly #sfn: SFNClient;
  readonly #machine: string;
  constructor(sfn: SFNClient, machine: string) {
    this.#sfn = sfn;
    this.#machine = machine;
  }

  /** Starts an execution; false when there is one of this name already. */
  async start(run: ShardRun): Promise<boolean> {
    const input: IngestInput = {
      dataset: run.dataset,
      shard: WorkKeys.shard.key({ dataset: run.dataset, shard: run.shard }),
      list: '',
      attempt: run.attempt,
    };
    return startOnce(this.#sfn, this.#machine, executionName(run.shard, run.contract, run.attempt), input);
  }

  /** Status of a shard's execution; undefined when there is none, or Step Functions has forgotten it (90 days). */
  status(run: ShardRun): Promise<ExecutionStatus | undefined> {
    return statusOf(this.#sfn, this.#machine, executionName(run.shard, run.contract, run.attempt));
  }
}

/** Starts an execution unless its name is taken; false when it is. */
export async function startOnce(sfn: SFNClient, machine: string, name: string, input: object): Promise<boolean> {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(input) }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

export async function statusOf(sfn: SFNClient, machine: string, name: string): Promise<ExecutionStatus | undefined> {
  try {
    return (await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(machine, name) }))).status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
