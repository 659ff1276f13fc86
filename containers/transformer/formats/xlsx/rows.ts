/** Rows of one sheet. The one place that knows the library, so that another can take its place. */
import { streamXlsxRows, type CellValue } from 'hucre';
import { ObjectError } from '../staged.ts';

export interface SheetRow {
  /** 0-based, as in the sheet: empty rows are left out. */
  readonly index: number;
  readonly values: readonly CellValue[];
}

/** Excel's own limit. */
const MAX_ROWS = 1_048_576;

/** Throws ObjectError `encrypted` or `corrupt`. Dates keep the workbook's date system; formulas give their cached values. */
export async function* sheetRows(workbook: Uint8Array, sheet: string): AsyncGenerator<SheetRow> {
  let rows = 0;
  try {
    for await (const row of streamXlsxRows(workbook, { sheet })) {
      if (++rows > MAX_ROWS) throw new ObjectError('corrupt', `sheet "${sheet}" has more than ${MAX_ROWS} rows`);
      yield row;
    }
  } catch (error) {
    if (error instanceof ObjectError) throw error;
    const encrypted = (error as Error).name === 'EncryptedFileError';
    throw encrypted
      ? new ObjectError('encrypted', 'the workbook is protected by a password', { cause: error })
      : new ObjectError('corrupt', `sheet "${sheet}" cannot be read`, { cause: error });
  }
}
