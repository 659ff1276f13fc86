/** Whoever writes an estate file finds every key of it in the documents. */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Audit, Column, Contract, FormatOptions, Table } from '../../protocol/contract.ts';
import { Dataset, Environment, Source } from '../../protocol/estate.ts';
import { Snowball } from '../../protocol/snowball.ts';
import { Transfer } from '../../protocol/transfer.ts';

const folder = join(import.meta.dirname, '../../docs');
const text = readdirSync(folder)
  .filter((file) => file.endsWith('.md'))
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');

/** As code by itself, or as a key of an example. */
const isTold = (key: string): boolean => new RegExp(`\`${key}[\`:]|\\b${key}: `).test(text);

describe('the documents tell of every key', () => {
  test.each(
    Object.entries({ Environment, Source, Dataset, Transfer, Snowball, Contract, Column, FormatOptions, Table, Audit }),
  )('of %s', (_name, { shape }) => {
    const keys = Object.keys(shape);

    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !isTold(key))).toEqual([]);
  });
});
