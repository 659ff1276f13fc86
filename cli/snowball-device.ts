/** `decant snowball unlock | load | return`: what is done at the device. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { InvalidJobStateException, UpdateJobShipmentStateCommand } from '@aws-sdk/client-snowball';
import { clientConfig } from '../runtime/aws.ts';
import { Exit, UserError } from '../runtime/errors.ts';
import { snowballClient } from '../runtime/snowball/client.ts';
import { describeJob } from '../runtime/snowball/jobs.ts';
import { deviceFolder, deviceList, load } from '../runtime/snowball/load.ts';
import { credentialsOf } from '../runtime/snowball/unlock.ts';
import { writeJson } from './io.ts';
import { progress } from './progress.ts';
import type { UnlockOptions } from './snowball-options.ts';
import { dataKeyAlias, jobOf, prefixOf } from './snowball-site.ts';
import { formatBytes } from './table.ts';
import { openTarget, type TargetOptions } from './target.ts';
import type { Io } from './verb.ts';

export async function unlock(jobId: string, options: UnlockOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const snowball = snowballClient();
  await jobOf(target, snowball, jobId);
  const estate = target.estate.estate;
  const environment = target.environmentName;
  const secrets = new SecretsManagerClient(clientConfig());
  const vault = { secrets, estate, environment, key: dataKeyAlias(estate, environment) };
  const found = await credentialsOf(vault, snowball, jobId);
  if (options.manifest !== undefined) {
    await mkdir(dirname(resolve(options.manifest)), { recursive: true });
    await writeFile(options.manifest, found.deviceManifest, { mode: 0o600 });
  }
  if (options.json) {
    const shown = options.show ? { unlockCode: found.unlockCode } : {};
    return writeJson(io, { job: jobId, secrets: found.secrets, manifest: options.manifest, ...shown });
  }
  io.out.write(options.show ? `${found.unlockCode}\n` : `kept: ${found.secrets.join(', ')}\n`);
  if (options.manifest !== undefined) io.err.write(`device manifest written to ${options.manifest}\n`);
  if (!options.show) io.err.write('the unlock code is printed by --show only\n');
}

export async function loadDevice(jobId: string, folder: string, options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const job = await jobOf(target, snowballClient(), jobId);
  const prefix = prefixOf(target, job.dataset);
  const local = target.environment.kind === 'local';
  if (local && job.state !== 'WithCustomer')
    throw new UserError(`the device of ${jobId} is not here: its job is ${job.state}, and it must be WithCustomer`, {
      exitCode: Exit.failed,
    });
  const told = progress(io, 'files');
  const done = await load({
    from: folder,
    list: deviceList(target.dir, jobId),
    ...(local && { to: join(deviceFolder(target.dir, jobId), prefix) }),
    seen: (bytes) => told.add(1, bytes),
  });
  told.done();
  for (const line of done.trouble) io.err.write(`${line}\n`);
  if (done.trouble.length > 0) io.exitCode = Exit.failed;
  if (options.json) return writeJson(io, { job: jobId, prefix, ...done });
  io.out.write(`${done.objects} files, ${formatBytes(done.bytes)}, listed in ${done.list}\n`);
  if (local)
    io.out.write(`${done.copied} copied onto the device; send it back with: npx decant snowball return ${jobId}\n`);
  else io.out.write(howToCopy(jobId, folder, `s3://${target.places.rawBucket}/${prefix}`, target.environmentName));
}

/** The Snowball client and the AWS CLI do the work on a real device (Snowball Edge guide, using-client-commands). */
const howToCopy = (jobId: string, folder: string, to: string, environment: string): string =>
  [
    'On the machine beside the device, with its address in DEVICE:',
    `  npx decant snowball unlock ${jobId} --manifest device.manifest --show --env ${environment}`,
    '  snowballEdge unlock-device --endpoint https://$DEVICE --manifest-file device.manifest --unlock-code CODE',
    `  aws s3 cp ${folder} ${to} --recursive --endpoint http://$DEVICE:8080 --profile snowball`,
    'Files below 1 MB travel in archives: add --metadata snowball-auto-extract=true for those, and only for those.',
    '',
  ].join('\n');

export async function returnDevice(jobId: string, options: TargetOptions, io: Io): Promise<void> {
  const target = await openTarget(options, io);
  const snowball = snowballClient();
  await jobOf(target, snowball, jobId);
  try {
    await snowball.send(new UpdateJobShipmentStateCommand({ JobId: jobId, ShipmentState: 'RETURNED' }));
  } catch (error) {
    if (!(error instanceof InvalidJobStateException)) throw error;
    throw new UserError(`${jobId} cannot be returned: ${error.message}`, { exitCode: Exit.failed, cause: error });
  }
  const { JobState } = await describeJob(snowball, jobId);
  if (options.json) writeJson(io, { job: jobId, state: JobState });
  else io.out.write(`${jobId}: ${JobState}\n`);
}
