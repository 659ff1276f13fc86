/** What the workflows are meant to do; whether they are sound at all is judged in test/judges. */
import { describe, expect, it } from '@jest/globals';
import { TransformerInput } from '../../protocol/env.ts';
import { UpdatedEvent } from '../../protocol/workflow.ts';
import { resourcesOf, type EnvironmentName } from './support/assembly.ts';
import { resolve } from './support/resolve.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: { ErrorEquals: string[]; MaxAttempts?: number; MaxDelaySeconds?: number; JitterStrategy?: string }[];
  readonly Catch?: { Next: string; ResultPath?: string }[];
  readonly Next?: string;
  readonly [field: string]: unknown;
}
interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

function definition(environment: EnvironmentName, name: string): Definition {
  const [id, machine] = [...resourcesOf(environment, 'AWS::StepFunctions::StateMachine')].find(([k]) =>
    k.includes(`/${name}`),
  ) ?? ['', undefined];
  const path = id.split('/').slice(0, 2).join('/');
  return JSON.parse(resolve(path, machine?.Properties?.['DefinitionString']) as string) as Definition;
}

const ingest = definition('prod', 'ingestmachine');
const backfill = definition('prod', 'backfillmachine');
const state = (machine: Definition, name: string): State => {
  const found = machine.States[name];
  if (!found) throw new Error(`no state ${name}; there are ${Object.keys(machine.States).join(', ')}`);
  return found;
};

describe.each([
  ['ingest', ingest],
  ['backfill', backfill],
])('the %s workflow', (_name, machine) => {
  it('has names that an operator reads as sentences', () => {
    for (const name of Object.keys(machine.States)) expect(name).toMatch(/^[A-Z][a-z]+( [A-Za-z]+){1,7}\??$/);
  });
});

describe('the ingest workflow', () => {
  it('tells the task its shard or list, who runs it, and which attempt and retry this is', () => {
    const overrides = JSON.stringify(state(ingest, 'Transform the shard')['Parameters']);
    const { shardKey, shardListKey, run, attempt, retry } = TransformerInput;
    const told: [string, string][] = [
      [shardKey, '$.shard'],
      [shardListKey, '$.list'],
      [run, '$$.Execution.Name'],
      [attempt, "States.Format('{}', $.attempt)"],
      [retry, "States.Format('{}', $$.State.RetryCount)"],
    ];

    for (const [name, value] of told) expect(overrides).toContain(JSON.stringify({ Name: name, 'Value.$': value }));
  });

  it('waits for capacity for about a day, with jitter', () => {
    const [capacity] = state(ingest, 'Transform the shard').Retry ?? [];
    // Full jitter halves the waits on average.
    const hours = ((capacity?.MaxAttempts ?? 0) * (capacity?.MaxDelaySeconds ?? 0)) / 2 / 3600;

    expect(capacity?.ErrorEquals).toEqual(expect.arrayContaining(['AmazonECS.Unknown', 'ECS.AmazonECSException']));
    expect(capacity?.JitterStrategy).toBe('FULL');
    expect(hours).toBeGreaterThanOrEqual(24);
  });

  it('never counts more retries than a fence has room for', () => {
    const attempts = (state(ingest, 'Transform the shard').Retry ?? []).reduce((n, r) => n + (r.MaxAttempts ?? 3), 0);

    expect(attempts).toBeLessThan(1000);
  });

  it('registers what is finished even when the task failed', () => {
    expect(state(ingest, 'Transform the shard').Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Register tables and partitions' },
    ]);
  });

  it('announces before it decides whether the run failed', () => {
    const announce = state(ingest, 'Announce the updated dataset');

    expect(JSON.stringify(announce['Parameters'])).toContain(`"DetailType":"${UpdatedEvent.detailType}"`);
    expect(announce.Next).toBe('Did every object get through?');
  });

  it('ends failed with the count and the first key when an object is in quarantine', () => {
    expect(state(ingest, 'Some objects are in quarantine')).toMatchObject({
      Type: 'Fail',
      Error: 'ObjectsQuarantined',
      CausePath: expect.stringMatching(/objectsQuarantined.*objects.*firstQuarantined/) as unknown,
    });
  });

  it('goes on with a list only while it makes progress', () => {
    expect(state(ingest, 'Is more of the list left to do?')['Choices']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Next: 'Remember what is left',
          And: expect.arrayContaining([
            { Variable: '$.registered.shardsLeft', NumericLessThanPath: '$.progress.shardsLeft' },
          ]) as unknown,
        }),
      ]),
    );
  });
});

describe('the backfill workflow', () => {
  const map = state(backfill, 'Run the shards of every list');

  it('runs every list, whatever becomes of the others', () => {
    expect(map).toMatchObject({
      Type: 'Map',
      ToleratedFailurePercentage: 100,
      ItemReader: { ReaderConfig: { InputType: 'JSONL' } },
    });
  });

  it('keeps what became of every list', () => {
    expect(map['ResultWriter']).toMatchObject({ Parameters: { Prefix: 'map-runs' } });
  });

  it('runs the ingest workflow and waits for it', () => {
    const { States } = map['ItemProcessor'] as Definition;

    expect(Object.values(States).map((s) => s.Resource)).toEqual(['arn:aws:states:::states:startExecution.sync:2']);
  });

  it.each([
    ['dev', 64, 4, 15],
    ['prod', 6, 2, 2],
  ] as const)(
    'in %s, of %d vCPU at %d a task, runs %d tasks and leaves one for arrivals',
    (environment, _quota, _vcpu, tasks) => {
      expect(state(definition(environment, 'backfillmachine'), 'Run the shards of every list')['MaxConcurrency']).toBe(
        tasks,
      );
    },
  );

  it('ends failed when not every list got through', () => {
    expect(state(backfill, 'Did every list get through?')).toMatchObject({
      Default: 'Some lists failed',
      Choices: [{ Variable: '$.counts.succeeded', NumericEqualsPath: '$.counts.total', Next: 'Every list is done' }],
    });
  });
});
