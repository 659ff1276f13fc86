/** How the embed workflow goes: plan, job, catalog, vectors; and what fails it. */
import type { EmbedPlanned, EmbedRecorded } from '../../../protocol/embeddings.ts';
import type { Answer, Json, Scenario } from '../support/interpreter.ts';
import type { Workflow } from '../support/cases.ts';

const run = 'archive-20261121T000000000Z';
const planned = (files: number): Json => ({
  Payload: {
    dataset: 'archive',
    run,
    files,
    tables: files > 0 ? ['archive'] : [],
    sensitivity: 'internal',
    job: 'bpc-prod-embed-internal',
    plan: `s3://work/embeddings/archive/plans/${run}.json`,
    summary: `s3://work/embeddings/archive/summaries/${run}.json`,
    bundle: 's3://work/bundles/ab/',
  } satisfies EmbedPlanned as unknown as Json,
});
const recorded: Json = {
  Payload: {
    ...{ dataset: 'archive', bundle: 'ab', values: 10, embedded: 6, known: 3, quarantined: 1, outOfDomain: 2 },
  } satisfies EmbedRecorded as unknown as Json,
};

const scenario = (title: string, plan: Answer): Scenario => ({
  title,
  input: { dataset: 'archive', whole: false },
  answers: {
    'Plan what is to be embedded': plan,
    'Embed the molecules': { JobRunState: 'SUCCEEDED' },
    'Register tables and partitions': recorded,
    'Bring the vectors up to date': {},
    'Publish rows and files': {},
    'Remember what is embedded': { Payload: {} },
    'Announce the embeddings': {},
  },
  ends: 'succeeded',
});

export const embed: Workflow = {
  scenarios: [
    scenario('new molecules are embedded, invalid ones among them', planned(3)),
    scenario('nothing is new, so no job starts', planned(0)),
  ],
};
