/** Mistakes in workflows. */
import { definition, state, type Mistake } from './edit.ts';

const ingest = 'prod/ingest';
const TRANSFORM = 'Transform the shard';
const REGISTER = 'Register tables and partitions';

export const workflowMistakes: readonly Mistake[] = [
  {
    title: 'a failed task that ends as a success',
    stack: ingest,
    make: (t) =>
      definition(t, 'ingestmachine', (d) => {
        state(d, TRANSFORM).Catch = [
          { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Every object is transformed' },
        ];
        state(d, 'Every object is transformed')['OutputPath'] = '$';
      }),
    caughtBy: ['workflow interpreter'],
  },
  {
    title: 'a failure that the verdict forgets to ask for',
    stack: ingest,
    make: (t) =>
      definition(
        t,
        'ingestmachine',
        (d) => void (state(d, 'Did every object get through?')['Choices'] as unknown[]).shift(),
      ),
    caughtBy: ['workflow interpreter'],
  },
  {
    title: 'a registration that swallows its errors',
    stack: ingest,
    make: (t) =>
      definition(t, 'ingestmachine', (d) => {
        d.States['Nothing happened'] = { Type: 'Succeed' };
        state(d, REGISTER).Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Nothing happened' }];
      }),
    caughtBy: ['workflow interpreter'],
  },
  {
    title: 'a task that is not run again when ECS has no room',
    stack: ingest,
    make: (t) => definition(t, 'ingestmachine', (d) => delete state(d, TRANSFORM).Retry),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'retries that all come back at the same moment',
    stack: ingest,
    make: (t) => definition(t, 'ingestmachine', (d) => delete state(d, TRANSFORM).Retry?.[0]?.['JitterStrategy']),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a retry of everything that hides those after it',
    stack: ingest,
    make: (t) =>
      definition(
        t,
        'ingestmachine',
        (d) => void state(d, TRANSFORM).Retry?.unshift({ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }),
      ),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a wait without an end',
    stack: ingest,
    make: (t) => definition(t, 'ingestmachine', (d) => delete state(d, TRANSFORM)['TimeoutSeconds']),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a catch that loses the input of what comes after it',
    stack: ingest,
    make: (t) => definition(t, 'ingestmachine', (d) => delete state(d, TRANSFORM).Catch?.[0]?.['ResultPath']),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a catch that goes nowhere',
    stack: ingest,
    make: (t) =>
      definition(t, 'ingestmachine', (d) =>
        Object.assign(state(d, TRANSFORM).Catch?.[0] ?? {}, { Next: 'Tell somebody' }),
      ),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'an integration that Step Functions does not have',
    stack: ingest,
    make: (t) =>
      definition(t, 'ingestmachine', (d) => (state(d, TRANSFORM).Resource = 'arn:aws:states:::ecs:runTsk.sync')),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'more tasks at a time than the account has room for',
    stack: ingest,
    make: (t) =>
      definition(t, 'backfillmachine', (d) => (state(d, 'Run the shards of every list')['MaxConcurrency'] = 40)),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a reader that names no object',
    stack: ingest,
    make: (t) =>
      definition(t, 'backfillmachine', (d) => {
        const reader = state(d, 'Run the shards of every list')['ItemReader'] as Record<
          string,
          Record<string, unknown>
        >;
        for (const key of Object.keys(reader['Parameters'] ?? {}))
          if (key.startsWith('Key')) delete reader['Parameters']?.[key];
      }),
    caughtBy: ['workflow linter'],
  },
  {
    title: 'a backfill that counts failed lists as done',
    stack: ingest,
    make: (t) =>
      definition(t, 'backfillmachine', (d) => {
        const choice = state(d, 'Did every list get through?');
        choice['Default'] = 'Every list is done';
      }),
    caughtBy: ['workflow interpreter'],
  },
];
