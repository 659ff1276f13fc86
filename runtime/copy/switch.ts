/** The switch of a copy's role: the policy that a stack made and attached to nothing is attached while a copy runs. */
import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { ListObjectsV2Command, S3ServiceException } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exit, UserError } from '../errors.ts';
import type { CopyPlace } from './place.ts';

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** IAM spreads a change within seconds; a minute is much. */
const EFFECT_MS = 60_000;
const LOOK_MS = 2_000;

export async function isEnabled(place: CopyPlace): Promise<boolean> {
  const { AttachedPolicies = [] } = await place.iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName: nameOf(place.roleArn) }),
  );
  return AttachedPolicies.some((p) => p.PolicyArn === place.policyArn);
}

/** Attaches the policy and waits until the source can be listed. Throws a UserError that names the remedy. */
export async function enableRole(place: CopyPlace): Promise<void> {
  try {
    await place.iam.send(new AttachRolePolicyCommand({ RoleName: nameOf(place.roleArn), PolicyArn: place.policyArn }));
  } catch (error) {
    if (!(error instanceof NoSuchEntityException)) throw error;
    throw new UserError(`the role ${nameOf(place.roleArn)} is not deployed; run npx cdk deploy for this environment`, {
      cause: error,
      exitCode: Exit.failed,
    });
  }
  const { bucket, sourcePrefix } = place.route;
  const until = Date.now() + EFFECT_MS;
  for (;;) {
    try {
      await place.source.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: sourcePrefix, MaxKeys: 1 }));
      return;
    } catch (error) {
      const denied = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
      if (!denied) throw error;
      if (Date.now() > until)
        throw new UserError(
          `${nameOf(place.roleArn)} may not list ${bucket}/${sourcePrefix}: the bucket's owner has not allowed it, or the ` +
            `leave has ended; see decant copy statement ${place.route.dataset}`,
          { cause: error, exitCode: Exit.failed },
        );
      await sleep(LOOK_MS);
    }
  }
}

export async function disableRole(place: CopyPlace): Promise<void> {
  try {
    await place.iam.send(new DetachRolePolicyCommand({ RoleName: nameOf(place.roleArn), PolicyArn: place.policyArn }));
  } catch (error) {
    if (!(error instanceof NoSuchEntityException)) throw error; // It was not enabled.
  }
}
