/** A proposal as YAML that a person edits. */
import { stringify } from 'yaml';
import type { Proposal, ProposedInput } from './infer.ts';
import type { ProposedColumn } from './propose.ts';

/** An estate's `datasets:` with the one dataset, commented. */
export function renderProposal(p: Proposal, names: { dataset: string; source: string }): string {
  const single = p.inputs.length === 1 ? p.inputs[0] : undefined;
  const lines = [
    `# Proposed by decant contract infer from ${count(p)}. Read it, correct it, and run decant check.`,
    ...p.notes.map((n) => `# Note: ${n}`),
    'datasets:',
    `  ${names.dataset}:`,
    `    source: ${names.source}`,
    '    contract:',
    `      objects: ${flow(p.objects.length === 1 ? p.objects[0] : p.objects)}`,
    `      format: ${p.format}`,
    ...(Object.keys(p.options).length ? [`      options: ${flow(p.options)}`] : []),
    ...(single ? columnLines(single, '      ') : sheetLines(p.inputs)),
  ];
  return `${lines.join('\n')}\n`;
}

const count = (p: Proposal): string =>
  p.inputs
    .map(
      (i) =>
        `${i.rows.toLocaleString('en-US')} records${i.sheet === undefined ? '' : ` of sheet ${JSON.stringify(i.sheet)}`}`,
    )
    .join(', ');

const sheetLines = (inputs: readonly ProposedInput[]): string[] => [
  '      sheets:',
  ...inputs.flatMap((i) => [
    `        ${i.name}:`,
    `          sheet: ${flow(i.sheet ?? i.name)}`,
    ...columnLines(i, '          '),
  ]),
];

/** More candidates than a person would read are not listed. */
const MAX_KEYS = 8;

function columnLines(input: ProposedInput, indent: string): string[] {
  const keys = input.candidateKeys;
  const more = keys.length > MAX_KEYS ? ` and ${keys.length - MAX_KEYS} more` : '';
  return [
    ...(keys.length
      ? [`${indent}# Candidate keys (never empty, never repeated): ${keys.slice(0, MAX_KEYS).join(', ')}${more}`]
      : []),
    `${indent}columns:`,
    ...input.columns.map(
      (c) => `${indent}  - ${columnText(c)}${c.comments.length ? ` # ${c.comments.join('; ')}` : ''}`,
    ),
  ];
}

function columnText({ comments: _, ...column }: ProposedColumn): string {
  return flow(column.type === 'text' ? { ...column, type: undefined } : column);
}

/** YAML on one line; undefined values left out. */
const flow = (value: unknown): string =>
  stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: 'PLAIN',
    defaultKeyType: 'PLAIN',
    singleQuote: true,
    keepUndefined: false,
  }).trimEnd();
