import { describe, expect, test } from '@jest/globals';
import { statusText } from '../../../local/status.ts';

const files = { data: '/d/.decant/local', log: '/d/.decant/local/emulator.log', sources: '/d/.decant/sources' };
const task = {
  pid: 9,
  task: 'arn:aws:ecs:r:a:task/c/abc',
  container: 'transformer',
  startedAt: '2026-01-01T00:00:00Z',
};
const report = {
  pid: 7,
  stubs: { 'AWS::EC2::FlowLog': 1, 'AWS::EC2::EIP': 12 },
  gaps: ['a', 'b'],
  services: [{ name: 'datasync', operations: 30, of: 53 }],
  held: false,
  tasksRunAs: 'processes' as const,
  tasksStarted: 3,
  tasks: [task],
};
const running = {
  running: true,
  ...files,
  endpoint: 'http://127.0.0.1:4566',
  pid: 7,
  startedAt: '2026-01-01T00:00:00.000Z',
  answers: true,
  report,
};
const hourLater = Date.parse('2026-01-01T01:05:00Z');

describe('the status of the embedded AWS', () => {
  test('says how to start it when it does not run', () => {
    expect(statusText({ running: false, ...files })).toContain('start it with: decant local up');
  });

  test('counts what is stubbed, a line a type', () => {
    expect(statusText(running, hourLater)).toMatch(/^ +1 AWS::EC2::FlowLog\n +12 AWS::EC2::EIP$/m);
  });

  test('tells where the folders lie that stand for file servers', () => {
    expect(statusText(running, hourLater)).toContain('sources   /d/.decant/sources: a folder a host');
  });

  test('names the embedded services, with how much of each there is', () => {
    expect(statusText(running, hourLater)).toContain('embedded  datasync (30 of 53 operations)');
  });

  test('names the running tasks', () => {
    expect(statusText(running, hourLater)).toContain('transformer abc pid 9');
  });

  test('says whether tasks run as processes or as containers', () => {
    const inEngine = { ...task, engineId: '0123456789ab' };

    const text = statusText(
      { ...running, report: { ...report, tasksRunAs: 'containers', tasks: [inEngine] } },
      hourLater,
    );

    expect(text).toContain('run as containers');
    expect(text).toContain('transformer abc container 0123456789ab');
  });

  test('tells how long it has been up', () => {
    expect(statusText(running, hourLater)).toContain('process   7, up 1 h 5 min');
  });

  test('says so when the process is there and does not answer', () => {
    expect(statusText({ running: true, ...files, pid: 7, answers: false }, hourLater)).toContain('does not answer');
  });
});
