/** `decant snowball address | order | approve | decline`. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { orderExecution, parseOrderExecution, type OrderName } from '../protocol/snowball.ts';
import { clientConfig, s3Client, sfnClient } from '../runtime/aws.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { parseAddress } from '../runtime/snowball/address.ts';
import { answer } from '../runtime/snowball/approval.ts';
import {
  describeOrder,
  endOf,
  listOrders,
  nextOrder,
  orderInput,
  snowballMachine,
  startOrder,
} from '../runtime/snowball/orders.ts';
import { MOST_DAYS, planSnowball } from '../runtime/snowball/plan.ts';
import { keep } from '../runtime/snowball/unlock.ts';
import { writeJson } from './io.ts';
import type { DecideOptions, OrderOptions } from './snowball-options.ts';
import { customer, dataKeyAlias, datasetsOf } from './snowball-site.ts';
import { chooseEnvironment, openTarget, pointSdk, type Target, type TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

export async function address(file: string, options: TargetOptions, io: Io): Promise<void> {
  const chosen = await chooseEnvironment(options);
  const { addressSecret } = await customer(chosen);
  if (addressSecret === undefined) throw new UserError('the estate file names no snowball.addressSecret');
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UserError(`${file} cannot be read: ${error.message}`, { cause: error });
  });
  let parsed;
  try {
    parsed = parseAddress(text, file);
  } catch (error) {
    throw new UserError((error as Error).message, { cause: error });
  }
  await pointSdk(chosen, io.env);
  const secrets = new SecretsManagerClient(clientConfig());
  const key = dataKeyAlias(chosen.estate.estate, chosen.environmentName);
  await keep({ secrets, key }, addressSecret, { SecretString: JSON.stringify(parsed) });
  if (options.json) writeJson(io, { secret: addressSecret });
  else io.out.write(`kept as secret ${addressSecret}\n`);
}

const machineOf = (t: Target): string => snowballMachine(t.places.ingestMachineArn, t.estate.estate, t.environmentName);

export async function order(dataset: string, options: OrderOptions, io: Io): Promise<void> {
  const chosen = await chooseEnvironment(options);
  const snowball = await customer(chosen);
  await datasetsOf(chosen, [dataset]);
  const declared = chosen.estate.datasets[dataset];
  const asked = options.devices ?? declared?.transfer?.devices;
  if (!declared?.size && asked === undefined)
    throw new UserError(`how many devices? Give --devices, or dataset ${dataset} a size in the estate file`);
  const size = declared?.size ?? { objects: 1, gigabytes: 1 };
  const { devices, days } = planSnowball({ dataset, size, devices: asked }, snowball);
  if (asked !== undefined && devices > asked)
    throw new UserError(`${asked} devices are too few for ${size.gigabytes} GB: ${devices} are needed`);
  if (days > MOST_DAYS)
    throw new UserError(
      `${devices} devices take about ${Math.ceil(days)} days, and a workflow ends after a year; raise snowball.deviceQuota (and the quota at AWS), or order in parts with --devices`,
    );
  warnOfSupport(snowball.support?.verifiedOn, io);
  const target = await openTarget(options, io);
  const sfn = sfnClient();
  const machine = machineOf(target);
  const [latest] = await listOrders(sfn, machine, dataset);
  const ended = latest && latest.status !== 'RUNNING' ? await describeOrder(sfn, machine, latest.execution) : undefined;
  const end = latest && ended ? endOf(latest.status, ended) : 'unfinished';
  const next = nextOrder(dataset, latest, end, options.again ?? false);
  const execution = orderExecution(next.name);
  const tell = (started: boolean, words: string): void => {
    if (options.json)
      writeJson(io, { order: execution, dataset, devices, days, started, dryRun: options.dryRun ?? false });
    else io.out.write(`${execution}: ${words}\n`);
  };
  if (next.kind === 'open') return tell(false, 'is ordered already; see decant snowball status');
  if (next.kind === 'done')
    return tell(
      false,
      'is imported; for what is missing see decant snowball import-check; another order needs --again',
    );
  const words = `${devices} ${devices === 1 ? 'device' : 'devices'}, about ${Math.ceil(days)} days`;
  if (options.dryRun) return tell(false, `would be ordered: ${words}`);
  const { estate } = chosen.estate;
  const requestedBy = userInfo().username;
  const environment = chosen.environmentName;
  const input = orderInput({ estate, environment, name: next.name, devices, days, requestedBy });
  const started = await startOrder(sfn, machine, next.name, input);
  tell(started, started ? `${words}; approvers are asked by mail` : 'is ordered already; see decant snowball status');
}

/** Support of the devices may end on 2026-12-31 (unconfirmed): a person must have looked, and not long ago. */
function warnOfSupport(verifiedOn: string | undefined, io: Io): void {
  const today = new Date().toISOString().slice(0, 10);
  if (verifiedOn !== undefined && verifiedOn >= today) return;
  const when =
    verifiedOn === undefined ? 'nobody has noted when they asked' : `the last one asked was on ${verifiedOn}`;
  io.err.write(
    `AWS may end support of Snowball devices in commercial Regions on 2026-12-31 (not confirmed); ${when}. ` +
      'Ask AWS before a device travels, and note the day as snowball.support.verifiedOn in the estate file\n',
  );
}

export async function decide(which: string, approved: boolean, options: DecideOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  await customer(target);
  const sfn = sfnClient();
  const name = await orderNamed(
    which,
    target,
    async (dataset) => (await listOrders(sfn, machineOf(target), dataset))[0],
  );
  const at = { s3: s3Client(), workBucket: target.places.workBucket, sfn };
  const decision = {
    approved,
    by: userInfo().username,
    at: new Date().toISOString(),
    reason: options.reason ?? '',
  };
  const result = await answer(at, name, decision);
  const execution = orderExecution(name);
  if (result.kind === 'not-asked')
    throw new UserError(`${execution} waits for no approval, or not yet; see decant snowball status`, {
      exitCode: Exit.failed,
    });
  if (result.kind === 'over')
    throw new UserError(`${execution} no longer waits: it was answered, stopped, or its 14 days are over`, {
      exitCode: Exit.failed,
    });
  const words = result.decision.approved ? 'approved' : 'declined';
  const already = result.kind === 'already';
  if (options.json) writeJson(io, { order: execution, already, ...result.decision });
  else
    io.out.write(
      `${execution}: ${already ? `was ${words} by ${result.decision.by} at ${result.decision.at}` : words}\n`,
    );
  if (already && result.decision.approved !== approved) io.exitCode = Exit.failed;
}

async function orderNamed(
  which: string,
  target: Target,
  newest: (dataset: string) => Promise<OrderName | undefined>,
): Promise<OrderName> {
  if (!(which in target.estate.datasets)) {
    const name = parseOrderExecution(which);
    if (name) return name;
  }
  await datasetsOf(target, [which]);
  const found = await newest(which);
  if (!found) throw new UserError(`nothing is ordered for ${which}`, { exitCode: Exit.failed });
  return found;
}
