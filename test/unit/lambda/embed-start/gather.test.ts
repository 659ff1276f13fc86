import { describe, expect, it } from '@jest/globals';
import { gather } from '../../../../lambda/embed-start/gather.ts';

const event = (messageId: string, dataset: string, time: string) => ({
  messageId,
  body: JSON.stringify({ time, 'detail-type': 'decant.dataset.updated', detail: { dataset, objects: 1 } }),
});
const own = (messageId: string, dataset: string, whole: boolean, at: string) => ({
  messageId,
  body: JSON.stringify({ dataset, whole, at }),
});

describe('messages of the queue', () => {
  it('become one request a dataset, as late as the latest of them', () => {
    const { requests } = gather([
      event('1', 'compounds', '2026-11-21T08:00:05Z'),
      event('2', 'structures', '2026-11-21T08:00:01Z'),
      event('3', 'compounds', '2026-11-21T08:00:02Z'),
    ]);

    expect(requests).toEqual([
      { dataset: 'compounds', whole: false, at: new Date('2026-11-21T08:00:06Z'), messages: ['1', '3'] },
      { dataset: 'structures', whole: false, at: new Date('2026-11-21T08:00:02Z'), messages: ['2'] },
    ]);
  });

  it('of an event reach to the end of the second that EventBridge cut off', () => {
    const [request] = gather([event('1', 'compounds', '2026-11-21T08:00:05Z')]).requests;

    expect(request?.at.toISOString()).toBe('2026-11-21T08:00:06.000Z');
  });

  it('that the function sent itself keep their moment, and ask for the whole when one does', () => {
    const { requests } = gather([
      own('1', 'compounds', true, '2026-11-21T08:00:05.250Z'),
      own('2', 'compounds', false, '2026-11-21T08:00:04.000Z'),
    ]);

    expect(requests).toMatchObject([{ whole: true, at: new Date('2026-11-21T08:00:05.250Z') }]);
  });

  it.each([
    ['no JSON', 'compounds'],
    ['no dataset', '{"time":"2026-11-21T08:00:05Z","detail":{}}'],
    ['no time', '{"detail":{"dataset":"compounds"}}'],
  ])('with %s are told by themselves, and hold up no other', (_what, body) => {
    const { requests, unreadable } = gather([
      { messageId: 'bad', body },
      event('1', 'compounds', '2026-11-21T08:00:05Z'),
    ]);

    expect(unreadable.map((u) => u.id)).toEqual(['bad']);
    expect(requests).toHaveLength(1);
  });
});
