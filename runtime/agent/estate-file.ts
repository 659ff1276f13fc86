/** Writes an agent's ARN into the estate file and leaves every other character as it is written there. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isAlias, isMap, isScalar, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { UserError } from '../errors.ts';

/** One place of a text, and what comes there. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with the ARN at environments.<environment>.agents.<name>.arn. Throws a UserError where there is no such agent. */
export function withAgentArn(text: string, environment: string, name: string, arn: string, file: string): string {
  const estate = parseDocument(text);
  const broken = estate.errors[0];
  if (broken) throw new UserError(`${file}: ${broken.message}`);
  const agents = estate.getIn(['environments', environment, 'agents'], true);
  const pair = isMap(agents) ? pairOf(agents, name) : undefined;
  if (!pair) throw new UserError(`${file}: environments.${environment}.agents has no ${name}`);
  const edit = editOf(text, pair, arn);
  if (!edit)
    throw new UserError(
      `${file}: environments.${environment}.agents.${name} is written elsewhere (an alias); add arn: ${arn} there`,
    );
  return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
}

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === name);

/** Where a node begins, and where its value ends. */
const spanOf = (node: unknown): { start: number; end: number } => {
  const [start = 0, end = 0] = (node as Node).range ?? [];
  return { start, end };
};

/** How the ARN comes to an agent: in its braces, as a line of its block, or in braces of its own. Undefined for an alias. */
function editOf(text: string, { key, value }: Pair, arn: string): Edit | undefined {
  if (isAlias(value)) return undefined;
  if (!isMap(value)) {
    const colon = text.indexOf(':', spanOf(key).end) + 1;
    return { from: colon, to: colon, text: ` { arn: ${arn} }` };
  }
  const known = pairOf(value, 'arn');
  if (known) {
    const { start, end } = spanOf(known.value);
    return { from: start, to: end, text: arn };
  }
  const last = value.items.at(-1);
  if (!last) {
    const { start, end } = spanOf(value);
    return { from: start, to: end, text: `{ arn: ${arn} }` };
  }
  const { end } = spanOf(last.value ?? last.key);
  if (value.flow) return { from: end, to: end, text: `, arn: ${arn}` };
  const { start } = spanOf(last.key);
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start) + 1));
  const newline = text.indexOf('\n', end);
  const at = newline < 0 ? text.length : newline; // Behind the line's comment.
  return { from: at, to: at, text: `\n${indent}arn: ${arn}` };
}

/** The same in a file, which is replaced in one step: a crash leaves the old one or the new one. */
export async function writeAgentArn(file: string, environment: string, name: string, arn: string): Promise<void> {
  const text = withAgentArn(await readFile(file, 'utf8'), environment, name, arn, file);
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, text);
  await rename(beside, file);
}
