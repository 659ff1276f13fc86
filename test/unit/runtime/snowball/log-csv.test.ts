import { describe, expect, test } from '@jest/globals';
import { csvRecords, loggedObjects } from '../../../../runtime/snowball/log-csv.ts';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}
/** Text in pieces of a length. */
async function* pieces(text: string, length = text.length || 1): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += length) yield await Promise.resolve(text.slice(i, i + length));
}

describe('CSV', () => {
  const text = 'a,"b ""quoted"", with\nbreak",c\r\n\n"",,\nlast,1,2';
  const records = [
    ['a', 'b "quoted", with\nbreak', 'c'],
    ['', '', ''],
    ['last', '1', '2'],
  ];

  test.each([1, 2, 3, 7, 100])('is read the same in chunks of %i characters', async (length) => {
    expect(await all(csvRecords(pieces(text, length)))).toEqual(records);
  });
});

describe('a log', () => {
  test('has columns by what their headings say, in any order', async () => {
    const text = 'Error,Size,Key,Bucket\n"too, large",7,lab/a.csv,raw\n,,lab/b.csv,raw\n';

    expect(await all(loggedObjects(pieces(text), 'raw'))).toEqual([
      { key: 'lab/a.csv', size: 7, reason: 'too, large' },
      { key: 'lab/b.csv', size: undefined, reason: '' },
    ]);
  });

  test('may name keys with their bucket', async () => {
    expect(await all(loggedObjects(pieces('File name\nraw/lab/a.csv\n'), 'raw'))).toEqual([
      { key: 'lab/a.csv', size: undefined, reason: '' },
    ]);
  });

  test('without a column for keys is refused, not taken as empty', async () => {
    await expect(all(loggedObjects(pieces('x,y\n1,2\n'), 'raw'))).rejects.toThrow('no column for keys: x,y');
  });

  test('of no objects is empty, with a heading and without', async () => {
    expect(await all(loggedObjects(pieces('Bucket,Key\n'), 'raw'))).toEqual([]);
    expect(await all(loggedObjects(pieces(''), 'raw'))).toEqual([]);
  });
});
