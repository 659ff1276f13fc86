import { describe, expect, test } from '@jest/globals';
import { Progress } from '../../../../../containers/transformer/task/progress.ts';

function capture() {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
}

describe('Progress', () => {
  test('a line with nothing in it holds zeros, so that silence means not running', () => {
    const out = capture();
    const progress = new Progress('dev', out);

    progress.start('assays');
    progress.stop();

    expect(out.lines).toEqual([expect.objectContaining({ ObjectsTransformed: 0, RowsIn: 0, BytesOut: 0 })]);
  });

  test('each count is emitted once', () => {
    const out = capture();
    const progress = new Progress('dev', out);

    progress.start('assays');
    progress.add('RowsIn', 7);
    progress.emit();
    progress.stop();

    expect(out.lines.map((l) => l['RowsIn'])).toEqual([7, 0]);
  });

  test('the dimensions are environment and dataset only', () => {
    const out = capture();
    const progress = new Progress('dev', out);

    progress.start('assays');
    progress.stop();

    expect(out.lines[0]).toMatchObject({
      environment: 'dev',
      dataset: 'assays',
      _aws: { CloudWatchMetrics: [{ Namespace: 'Decant', Dimensions: [['environment', 'dataset']] }] },
    });
  });

  test('what was counted for one dataset is not counted for the next', () => {
    const out = capture();
    const progress = new Progress('dev', out);

    progress.start('assays');
    progress.add('RowsIn', 7);
    progress.start('compounds');
    progress.stop();

    expect(out.lines.map((l) => [l['dataset'], l['RowsIn']])).toEqual([
      ['assays', 7],
      ['compounds', 0],
    ]);
  });
});
