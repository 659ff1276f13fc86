/** How the daily look at molecules goes: its one task does all, and whatever it fails with fails the run. */
import type { Workflow } from '../support/cases.ts';

export const drift: Workflow = {
  scenarios: [
    {
      title: 'the molecules of the day are measured',
      input: { time: '04:00' },
      answers: { 'Look at the molecules of the day': {} },
      ends: 'succeeded',
    },
  ],
};
