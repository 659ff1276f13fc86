/** Writes an agent's ARN into the estate file and leaves everything else as it is written there. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isMap, parseDocument, YAMLMap } from 'yaml';
import { UserError } from '../errors.ts';

/** The text with the ARN at environments.<environment>.agents.<name>.arn. Throws a UserError where there is no such agent. */
export function withAgentArn(text: string, environment: string, name: string, arn: string, file: string): string {
  const estate = parseDocument(text);
  const broken = estate.errors[0];
  if (broken) throw new UserError(`${file}: ${broken.message}`);
  const agents = estate.getIn(['environments', environment, 'agents'], true);
  if (!isMap(agents) || !agents.has(name))
    throw new UserError(`${file}: environments.${environment}.agents has no ${name}`);
  const agent = agents.get(name, true);
  if (isMap(agent)) agent.set('arn', arn);
  else {
    const made = new YAMLMap();
    made.flow = true;
    made.set('arn', arn);
    agents.set(name, made);
  }
  return estate.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** The same in a file, which is replaced in one step: a crash leaves the old one or the new one. */
export async function writeAgentArn(file: string, environment: string, name: string, arn: string): Promise<void> {
  const text = withAgentArn(await readFile(file, 'utf8'), environment, name, arn, file);
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, text);
  await rename(beside, file);
}
