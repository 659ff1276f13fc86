import { DescribeTaskCommand, UpdateTaskCommand } from '@aws-sdk/client-datasync';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureAttributes } from '../../../local/attributes.ts';
import { ensurePython } from '../../../local/python.ts';
import { datasync, way } from './datasync.ts';

let python = '';
let attributes = '';
beforeAll(async () => {
  python = await ensurePython();
  attributes = await ensureAttributes(process.cwd());
}, 120_000);

/** Lets the schedules be looked at at these times, and tells at which of them the task was started. */
function startsOf(schedule: object, times: readonly string[]): string[] {
  const program = `
import json
from datetime import datetime
from emulator.services import store
store.open_file(":memory:")
from emulator.services import datasync
from emulator.services.datasync import schedule
from emulator.services.datasync.base import service, tasks
tasks.put("task", {"TaskArn": "task", "Schedule": json.loads('''${JSON.stringify(schedule)}''')})
started = []
service.call = lambda name, request: started.append(at)
for at in ${JSON.stringify(times)}:
    schedule.tick(datetime.fromisoformat(at).timestamp())
print(json.dumps(started))`;
  const env = {
    ...process.env,
    DECANT_LOCAL_CFN_ATTRIBUTES: attributes,
    DECANT_LOCAL_DATA: '/nonexistent',
    PERSIST_STATE: '0',
  };
  const done = spawnSync(python, ['-c', program], { encoding: 'utf8', cwd: join(process.cwd(), 'local'), env });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '[]') as string[];
}
const at = (time: string) => `2026-03-02T${time}:00+00:00`;

describe('a scheduled task', () => {
  test.each([
    ['rate(2 hours)', [at('02:00'), at('04:00')]],
    ['cron(30 2 * * ? *)', [at('02:30')]],
  ])('with %s is started once each time that it is due', (ScheduleExpression, expected) => {
    const times = ['00:00', '01:59', '02:00', '02:01', '02:30', '02:31', '03:59', '04:00'].map(at);

    expect(startsOf({ ScheduleExpression }, times)).toEqual(expected);
  });

  test('that is disabled is not started', () => {
    expect(startsOf({ ScheduleExpression: 'rate(1 hour)', Status: 'DISABLED' }, [at('00:00'), at('05:00')])).toEqual(
      [],
    );
  });

  test.each(['rate(30 minutes)', 'cron(0/30 * * * ? *)', 'cron(61 * * * ? *)'])(
    'is refused with %s',
    async (expression) => {
      const w = await way({});

      const changed = datasync.send(
        new UpdateTaskCommand({ TaskArn: w.task, Schedule: { ScheduleExpression: expression } }),
      );

      await expect(changed).rejects.toMatchObject({ name: 'InvalidRequestException' });
    },
  );

  test('tells its schedule', async () => {
    const w = await way({}, { Schedule: { ScheduleExpression: 'cron(0 3 * * ? *)', Status: 'ENABLED' } });

    const task = await datasync.send(new DescribeTaskCommand({ TaskArn: w.task }));

    expect(task).toMatchObject({
      Schedule: { Status: 'ENABLED' },
      ScheduleDetails: { StatusUpdateTime: expect.any(Date) },
    });
  });
});
