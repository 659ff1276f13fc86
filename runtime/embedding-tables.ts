/** What programs in Python must agree with, as one document: tables, codes and limits. */
import { embeddingColumns, embeddingPartitions } from '../protocol/embedding-tables.ts';
import { EmbedArgs } from '../protocol/embeddings.ts';
import { errorCodes, ITEM_CHARS, SMILES_CHARS, warningCodes } from '../protocol/molecules.ts';
import { reasonColumns } from './catalog/own-tables.ts';

const reasons = reasonColumns.map(({ name, type }) => ({
  name,
  type: type === 'BIGINT' ? 'bigint' : 'text',
  nullable: true,
}));

/** The document's text; `npm run schema` writes it. */
export const embeddingTablesJson = (): string =>
  `${JSON.stringify(
    {
      tables: { ...embeddingColumns, reasons },
      partitions: embeddingPartitions,
      errors: errorCodes,
      warnings: warningCodes,
      limits: { smilesChars: SMILES_CHARS, itemChars: ITEM_CHARS },
      arguments: Object.values(EmbedArgs),
    },
    null,
    2,
  )}\n`;
