/** XLSX and XLSM: one sheet is one input. Values are what the sheet says, not what it looks like, but for leading zeros. */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { ObjectError, type Reader } from '../staged.ts';
import { PaddedCells } from './formats.ts';
import { sheetRows } from './rows.ts';
import { stageSheet } from './sheet.ts';
import { openWorkbook } from './workbook.ts';
import { Zip } from './zip.ts';

/** The container is held in memory; a sheet of Excel's full million rows has some 50 MB. */
const MAX_WORKBOOK_BYTES = 256 * 1024 ** 2;

const ZIP_MAGIC = Buffer.from('PK');
/** The older container of Office files: passwords turn a workbook into one. */
const OLE_MAGIC = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const ENCRYPTED_STREAM = Buffer.from('EncryptedPackage', 'utf16le');

async function bytesOf(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size === 0) throw new ObjectError('empty_object', 'the object has 0 bytes');
  if (size > MAX_WORKBOOK_BYTES) throw new ObjectError('too_large', `a workbook may have ${MAX_WORKBOOK_BYTES} bytes`);
  const bytes = await readFile(path);
  if (bytes.subarray(0, 4).equals(OLE_MAGIC)) {
    throw bytes.includes(ENCRYPTED_STREAM)
      ? new ObjectError('encrypted', 'the workbook is protected by a password')
      : new ObjectError('wrong_format', 'the object is an Office file of the old binary kind; save it as XLSX');
  }
  if (!bytes.subarray(0, 2).equals(ZIP_MAGIC)) throw new ObjectError('wrong_format', 'the object is no XLSX workbook');
  return bytes;
}

export const readXlsx: Reader = async (request) => {
  const bytes = await bytesOf(request.object.path);
  const zip = new Zip(bytes, request.options);
  const workbook = await openWorkbook(zip);
  await mkdir(request.scratch, { recursive: true });
  const staged = [];
  for (const input of request.inputs) {
    const sheet = input.sheet === undefined ? workbook.sheets[0] : workbook.sheets.find((s) => s.name === input.sheet);
    if (!sheet)
      throw new ObjectError(
        'sheet_missing',
        `the workbook has no sheet "${input.sheet ?? '1'}"; it has ${workbook.sheets.map((s) => `"${s.name}"`).join(', ')}`,
      );
    await zip.check(sheet.path);
    const padded = new PaddedCells(zip.chunks(sheet.path), workbook.padded);
    const one = await stageSheet(request, input, sheet.name, sheetRows(bytes, sheet.name), padded);
    staged.push(workbook.macros && staged.length === 0 ? { ...one, notes: { ...one.notes, macros_ignored: 1 } } : one);
  }
  return staged;
};
