/** Made workbooks and SDF files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XlsxStreamWriter } from 'hucre';

type Write = (bytes: string | Uint8Array) => Promise<void>;

/** A workbook of one sheet with `rows` rows of four cells. */
export const workbookOf = (rows: number) => async (write: Write) => {
  const writer = new XlsxStreamWriter({ name: 'results' });
  writer.addRow(['id', 'compound_id', 'assay', 'value']);
  for (let id = 1; id <= rows; id++) {
    writer.addRow([id, `CMP-${String(id % 100_000).padStart(7, '0')}`, id % 2 ? 'hERG' : 'solubility', id / 7]);
  }
  await write(await writer.finish());
};

/** Records of the example SDF, again and again, without the damaged one. */
export const sdfRecords = (records: number) => async (write: Write) => {
  const text = readFileSync(join(import.meta.dirname, '../../examples/data/structures/solubility.sdf'), 'utf8');
  const molecules = text.split('$$$$\n').filter((r) => r !== '' && !r.startsWith('pentavalent'));
  for (let n = 0; n < records; n += molecules.length) {
    await write(
      molecules
        .slice(0, records - n)
        .map((m) => `${m}$$$$\n`)
        .join(''),
    );
  }
};
