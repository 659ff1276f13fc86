import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  CreateTableCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GlueClient,
  type Table,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../lambda/crawled/handler.ts';

const glue = mockClient(GlueClient);
let lines: string[];

const table = (Name: string, columns: Record<string, string>, Location = `s3://transformed/${Name}/`): Table => ({
  Name,
  StorageDescriptor: { Location, Columns: Object.entries(columns).map(([n, Type]) => ({ Name: n, Type })) },
});
const holds = (registered: Table[], seen: Table[]): void => {
  glue.on(GetTablesCommand, { DatabaseName: 'bpc' }).resolves({ TableList: registered });
  glue.on(GetTablesCommand, { DatabaseName: 'bpc_seen' }).resolves({ TableList: seen });
  glue.on(GetPartitionsCommand).resolves({ Partitions: [] });
  glue.on(CreateTableCommand).resolves({});
};
const differing = (): unknown =>
  lines.map((l) => JSON.parse(l) as Record<string, unknown>).find((l) => 'SchemasDiffering' in l)?.['SchemasDiffering'];

beforeEach(() => {
  glue.reset();
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  Object.assign(process.env, {
    ENVIRONMENT: 'prod',
    CATALOG_DATABASE: 'bpc',
    SEEN_DATABASE: 'bpc_seen',
    TRANSFORMED_BUCKET: 'transformed',
    AWS_REGION: 'eu-central-1',
  });
});

const ended = (state: string) => handler({ detail: { state } });

describe('what a crawl saw', () => {
  test('counts nothing where files are as the catalog says; a snapshot is the table whose folder it lies in', async () => {
    holds(
      [table('people', { id: 'bigint' }, 's3://transformed/people/snapshot-1/')],
      [table('people', { id: 'bigint' })],
    );

    await ended('Succeeded');

    expect(differing()).toBe(0);
    expect(glue.commandCalls(CreateTableCommand)).toEqual([]);
  });

  test('counts columns of another type and unknown ones, not those that only the catalog has', async () => {
    holds([table('people', { id: 'bigint', born: 'date' })], [table('people', { id: 'string', more: 'int' })]);

    await ended('Succeeded');

    expect(differing()).toBe(2);
  });

  test('counts a foreign folder that bears the name of a table elsewhere, and makes no table of it', async () => {
    holds([table('people', { id: 'bigint' }, 's3://other/people/')], [table('people', { id: 'bigint' })]);

    await ended('Succeeded');

    expect(differing()).toBe(1);
    expect(glue.commandCalls(CreateTableCommand)).toEqual([]);
  });

  test('is not judged when the crawl failed', async () => {
    await expect(ended('Failed')).rejects.toThrow('Failed');
  });
});
