/** How the nightly reconcile goes: its one task does all, and whatever it fails with fails the run. */
import type { Workflow } from '../support/cases.ts';

export const reconcile: Workflow = {
  scenarios: [
    {
      title: 'everything agrees again',
      input: { time: '02:00' },
      answers: { 'Make all agree': {} },
      ends: 'succeeded',
    },
  ],
};
