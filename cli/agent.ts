/** `decant agent`: activates the DataSync agents of an environment, and tells whether they answer. */
import type { AgentDoor } from '../runtime/agent/activation-key.ts';
import type { AgentLine } from '../runtime/agent/list.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { didYouMean } from '../runtime/suggest.ts';
import { writeJson } from './io.ts';
import { chooseEnvironment, pointSdk, withTarget, type ChosenEnvironment, type TargetOptions } from './target.ts';
import type { Io, Verb } from './verb.ts';

interface ActivateOptions extends TargetOptions {
  readonly address?: string;
  readonly key?: string;
  readonly vpcEndpoint?: string;
  readonly subnet?: string;
  readonly securityGroup?: string;
  readonly endpointAddress?: string;
  readonly public?: boolean;
  readonly dryRun?: boolean;
}

export const verb: Verb = {
  examples: [
    'decant agent activate basel --address 10.1.2.3 --env prod',
    'decant agent activate basel --key F0EFT-7FPPR-GG7MC-3I9R3-27DOH --env prod --dry-run',
    'decant agent list --env prod --json',
  ],
  define(command, io) {
    withTarget(command.command('activate'))
      .description(
        'Activates a running agent through the environment’s VPC endpoint and writes its ARN into the estate file; done once, however often it is called.',
      )
      .argument('<name>', 'agent of the environment, as the estate file names it')
      .option('--address <host>', 'address of the running agent; its port 80 is asked for the activation key')
      .option('--key <key>', 'activation key from the agent’s local console, where its port 80 is not reached')
      .option('--vpc-endpoint <id>', 'DataSync endpoint (default: the one that is deployed)')
      .option('--subnet <arn>', 'subnet of that endpoint')
      .option('--security-group <arn>', 'security group of that endpoint')
      .option('--endpoint-address <ip>', 'address of that endpoint in its subnet (default: looked up)')
      .option('--public', 'use DataSync’s public endpoint, over the internet')
      .option('--dry-run', 'say what would be done, change nothing')
      .action((name: string, options: ActivateOptions) => activate(name, options, io));
    withTarget(command.command('list'))
      .description(
        'Tells each agent’s status and the datasets that wait for its activation; exits 1 when one does not answer.',
      )
      .action((options: TargetOptions) => list(options, io));
  },
};

async function activate(name: string, options: ActivateOptions, io: Io): Promise<void> {
  if (options.address !== undefined && options.key !== undefined)
    throw new UserError('give --address or --key, not both');
  const chosen = await chooseEnvironment(options);
  const { estate, environmentName, environment, file } = chosen;
  const agent = environment.agents[name];
  if (!agent) {
    const known = Object.keys(environment.agents);
    throw new UserError(
      `"${name}" is not an agent of environment ${environmentName}; ${known.join(', ') || 'it has none'}.${didYouMean(name, known)}`,
    );
  }
  await pointSdk(chosen, io.env);
  const [{ activateAgent }, keys, { datasyncClient }] = await Promise.all([
    import('../runtime/agent/activate.ts'),
    import('../runtime/agent/activation-key.ts'),
    import('../runtime/transfer/place.ts'),
  ]);
  if (options.key !== undefined) keys.checkKey(options.key);
  const door = agent.arn === undefined ? await doorOf(chosen, options) : undefined;
  const activated = await activateAgent({
    client: datasyncClient(),
    agentName: `${estate.estate}-${environmentName}-${name}`,
    tags: { 'decant:estate': estate.estate, 'decant:environment': environmentName, ...environment.tags },
    arn: agent.arn,
    endpoint: door?.endpoint,
    key: async () => {
      if (options.key !== undefined) return keys.checkKey(options.key);
      if (options.address === undefined)
        throw new UserError('say where the agent is with --address HOST, or give its activation key with --key');
      return keys.fetchActivationKey(options.address, environment.region, await agentDoor(chosen, options, door));
    },
    dryRun: options.dryRun ?? false,
  });
  const writes = activated.how !== 'known' && activated.arn !== undefined && !options.dryRun;
  if (writes) {
    const { writeAgentArn } = await import('../runtime/agent/estate-file.ts');
    await writeAgentArn(file, environmentName, name, activated.arn ?? '');
  }
  if (options.json) writeJson(io, { dryRun: options.dryRun ?? false, agent: name, ...activated, written: writes });
  else io.out.write(`${activated.arn ?? name}\n`);
  io.err.write(`${told(name, activated.how, options.dryRun ?? false, file, environmentName)}\n`);
}

function told(
  name: string,
  how: 'known' | 'found' | 'new',
  dryRun: boolean,
  file: string,
  environment: string,
): string {
  if (how === 'known') return `${name} is activated already, and DataSync knows it`;
  const next = `deploy again: npx cdk deploy '${environment}/*'`;
  if (dryRun)
    return how === 'found'
      ? `${name} is activated; its ARN would be written to ${file}`
      : `${name} would be activated, and its ARN written to ${file}`;
  return how === 'found'
    ? `${name} was activated before; its ARN is in ${file} now; ${next}`
    : `${name} is activated; its ARN is in ${file}; ${next}`;
}

interface Door {
  readonly endpoint: { readonly id: string; readonly subnetArn: string; readonly securityGroupArn: string } | undefined;
  readonly dns: string | undefined;
}

/** Which endpoint the agent is tied to for its life: the one that is given or deployed; the public one only if asked for. */
async function doorOf(chosen: ChosenEnvironment, options: ActivateOptions): Promise<Door> {
  const given = { id: options.vpcEndpoint, subnetArn: options.subnet, securityGroupArn: options.securityGroup };
  const count = Object.values(given).filter((v) => v !== undefined).length;
  if (options.public) {
    if (count > 0)
      throw new UserError('--public is without an endpoint; leave out --vpc-endpoint, --subnet and --security-group');
    return { endpoint: undefined, dns: undefined };
  }
  if (count > 0 && count < 3) throw new UserError('--vpc-endpoint, --subnet and --security-group go together');
  if (count === 3) return { endpoint: given as NonNullable<Door['endpoint']>, dns: undefined };
  const [{ agentsPath }, { readParameters }] = await Promise.all([
    import('../protocol/places.ts'),
    import('../runtime/parameters.ts'),
  ]);
  const places = await readParameters(agentsPath(chosen.estate.estate, chosen.environmentName));
  const first = (place: string): string => places.get(place)?.split(',')[0] ?? '';
  if (first('endpointId') === '') {
    // The embedded DataSync has no network in front of it.
    if (chosen.environment.kind === 'local') return { endpoint: undefined, dns: undefined };
    throw new UserError(
      `environment ${chosen.environmentName} has no DataSync endpoint: deploy it with connectivity and agents, name one with ` +
        '--vpc-endpoint, --subnet and --security-group, or say --public to go over the internet',
      { exitCode: Exit.failed },
    );
  }
  const endpoint = {
    id: first('endpointId'),
    subnetArn: first('subnetArns'),
    securityGroupArn: first('securityGroupArns'),
  };
  return { endpoint, dns: places.get('endpointDns') };
}

/** What the agent is told of that endpoint. */
async function agentDoor(
  { environment }: ChosenEnvironment,
  options: ActivateOptions,
  door: Door | undefined,
): Promise<AgentDoor> {
  if (!door?.endpoint) return { kind: 'public' };
  if (options.endpointAddress !== undefined) return { kind: 'vpc', address: options.endpointAddress };
  if (door.dns === undefined)
    throw new UserError('give the address of the endpoint in its subnet with --endpoint-address');
  const { endpointAddress } = await import('../runtime/agent/activation-key.ts');
  return { kind: 'vpc', address: await endpointAddress(door.dns, environment.zones?.[0] ?? `${environment.region}a`) };
}

async function list(options: TargetOptions, io: Io): Promise<void> {
  const chosen = await chooseEnvironment(options);
  await pointSdk(chosen, io.env);
  const [{ listAgents }, { datasyncClient }, { formatTable }] = await Promise.all([
    import('../runtime/agent/list.ts'),
    import('../runtime/transfer/place.ts'),
    import('./table.ts'),
  ]);
  const lines = await listAgents(datasyncClient, chosen.estate, chosen.environmentName);
  if (options.json) writeJson(io, { agents: lines });
  else if (lines.length === 0) io.out.write(`environment ${chosen.environmentName} has no agents\n`);
  else
    io.out.write(
      formatTable(
        ['agent', 'mode', 'status', 'seen', 'datasets'],
        lines.map((l) => [l.agent, l.mode, l.status, l.seen, l.datasets.join(', ') || '-']),
      ),
    );
  tellWaiting(lines, io);
  if (lines.some((l) => l.status === 'OFFLINE' || l.status === 'UNKNOWN')) io.exitCode = Exit.failed;
}

/** Waiting is how every estate begins, and no error. */
function tellWaiting(lines: readonly AgentLine[], io: Io): void {
  for (const { agent, status, waiting } of lines) {
    if (status === 'WAITING')
      io.err.write(
        `${agent} waits for its activation (decant agent activate ${agent} --address HOST)` +
          `${waiting.length > 0 ? `, and with it ${waiting.join(', ')}` : ''}\n`,
      );
    if (status === 'UNKNOWN')
      io.err.write(`${agent}: DataSync does not know its ARN; remove it from the estate file and activate again\n`);
  }
}
