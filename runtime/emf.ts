/** Metrics as log lines in CloudWatch's embedded metric format: no API call, no extra permission. */
import { metricNamespace, metrics, type MetricName } from '../protocol/names.ts';

/** One line. Write 0 as well as 1: silence means that the program did not run. */
export function emfLine(
  environment: string,
  dataset: string,
  values: Partial<Record<MetricName, number>>,
  now = Date.now(),
): string {
  const names = Object.keys(values) as MetricName[];
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [['environment', 'dataset']],
          Metrics: names.map((Name) => ({ Name, Unit: metrics[Name] })),
        },
      ],
    },
    environment,
    dataset,
    ...values,
  });
}
