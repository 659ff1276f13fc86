/** Verdicts on molecules: the same codes in every program and language. */

/** No vector, no prediction: the molecule has this error instead. */
export const errorCodes = {
  EMPTY: 'There is no structure',
  INVALID_SMILES: 'SMILES cannot be parsed',
  RING_NOT_CLOSED: 'A ring is not closed',
  VALENCE: 'An atom has more bonds than it can have',
  KEKULIZE: 'Aromatic bonds cannot be assigned',
  REACTION: 'A reaction is no molecule',
  TOO_LONG: 'More characters or tokens than the model reads',
  TOKENIZER_LOSSY: 'The tokens do not spell the SMILES',
  NON_FINITE: 'The model answered no finite number',
} as const;
export type ErrorCode = keyof typeof errorCodes;

/** The molecule has its numbers, and this is known about it. */
export const warningCodes = {
  TRUNCATED: 'Cut to what the model reads, as asked',
  UNKNOWN_TOKENS: 'Holds tokens that the model does not know',
  MULTI_COMPONENT: 'A salt or mixture of several components',
  DUMMY_ATOM: 'Holds an atom that stands for any',
  ISOTOPE: 'Holds isotopes, which the model has hardly seen',
  NO_INCHIKEY: 'InChI knows no such structure',
} as const;
export type WarningCode = keyof typeof warningCodes;

/** Characters of a SMILES that are read at all; of an item of a request. */
export const SMILES_CHARS = 10_000;
export const ITEM_CHARS = 2_000;
