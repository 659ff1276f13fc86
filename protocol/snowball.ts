/** Snowball Edge: what the estate says of it, the states of a job, and what order, workflow and function tell each other. */
import { z } from 'zod';

export const Snowball = z.strictObject({
  /** AWS takes no new customers since 2025-11-07. */
  existingSnowballCustomer: z.boolean().default(false),
  /** The day on which a person last read that AWS still supports the devices. */
  support: z.strictObject({ verifiedOn: z.iso.date() }).optional(),
  device: z.enum(['V3_5S', 'V3_5C']).default('V3_5S'),
  shipping: z.enum(['SECOND_DAY', 'NEXT_DAY', 'EXPRESS', 'STANDARD']).default('SECOND_DAY'),
  /** Devices that the account may have at a time. AWS gives 1. */
  deviceQuota: z.int().positive().default(1),
  /** Secrets Manager secret that holds the shipping address as JSON; `decant snowball address` writes it. */
  addressSecret: z
    .string()
    .regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret')
    .optional(),
  /** Who approves an order. @default alarmEmails */
  approvers: z.array(z.email()).default([]),
});
export type Snowball = z.infer<typeof Snowball>;

/** What a device of a type holds, and the capacity that CreateJob wants for it (Snowball API, CreateJob). */
export const deviceTypes = {
  V3_5S: { usableBytes: 210e12, capacity: 'T240' },
  V3_5C: { usableBytes: 28e12, capacity: 'T32' },
} as const;
export type DeviceType = keyof typeof deviceTypes;

/** The way of an import job, in AWS's own words and order. */
export const importStates = [
  'New',
  'PreparingAppliance',
  'PreparingShipment',
  'InTransitToCustomer',
  'WithCustomer',
  'InTransitToAWS',
  'WithAWSSortingFacility',
  'WithAWS',
  'InProgress',
  'Complete',
] as const;
export type ImportState = (typeof importStates)[number];

/** Days after which a job that has not moved on deserves a look. Transit and the customer's own copy take longest. */
export const patienceDays: Readonly<Record<string, number>> = {
  New: 14,
  PreparingAppliance: 14,
  PreparingShipment: 7,
  InTransitToCustomer: 14,
  WithCustomer: 30,
  InTransitToAWS: 14,
  WithAWSSortingFacility: 5,
  WithAWS: 3,
  InProgress: 14,
  Pending: 14,
};
/** AWS locks a device that long after it was prepared (Snowball Edge guide, limits). */
export const JOB_DAYS = 360;

/** The service that Snowball acts as, in roles, topics and keys (Snowball Edge guide, notifications). */
export const SNOWBALL_SERVICE = 'importexport.amazonaws.com';

/** Execution and state machine names hold 80 characters. */
export const snowballMachineName = (estate: string, environment: string): string => `${estate}-${environment}-snowball`;

/** An order of devices for a dataset: `number` counts orders, `attempt` the executions of one. */
export interface OrderName {
  readonly dataset: string;
  readonly number: number;
  readonly attempt: number;
}
/** The order, whatever the attempt: jobs carry it, so that a later attempt finds those of an earlier one. */
export const orderId = ({ dataset, number }: Pick<OrderName, 'dataset' | 'number'>): string => `${dataset}-${number}`;
export const orderExecution = (name: OrderName): string => `${orderId(name)}-${name.attempt}`;
export function parseOrderExecution(name: string): OrderName | undefined {
  const found = /^(.+)-(\d+)-(\d+)$/.exec(name);
  return found ? { dataset: found[1] ?? '', number: Number(found[2]), attempt: Number(found[3]) } : undefined;
}

/** A job's description names its device, so that a job is made once. CreateJob takes letters, digits, blanks and `-_.:`. */
export interface DeviceName {
  readonly estate: string;
  readonly environment: string;
  readonly order: string;
  readonly device: number;
  readonly of: number;
}
export const jobDescription = (n: DeviceName): string =>
  `decant ${n.estate} ${n.environment} ${n.order} device ${n.device} of ${n.of}`;
export function parseJobDescription(text: string): DeviceName | undefined {
  const found = /^decant (\S+) (\S+) (\S+) device (\d+) of (\d+)$/.exec(text);
  if (!found) return undefined;
  const [, estate = '', environment = '', order = '', device, of] = found;
  return { estate, environment, order, device: Number(device), of: Number(of) };
}

/** Input of the workflow. `order` is `orderId`; `devices` are numbered from 1. */
export interface SnowballInput {
  readonly dataset: string;
  readonly order: string;
  readonly devices: readonly { readonly device: number }[];
  readonly of: number;
  readonly requestedBy: string;
  /** What approvers are sent; the order writes it, since it knows the commands that answer it. */
  readonly mail: { readonly subject: string; readonly text: string };
}

/** A job as the workflow carries it from look to look. */
export interface JobRecord {
  readonly jobId: string;
  readonly state: string;
  /** ISO time at which the state was first seen. */
  readonly since: string;
  /** Seconds to the next look. */
  readonly waitSec: number;
  /** Whether the import is over: `open` while it is not. */
  readonly outcome: 'open' | 'complete' | 'cancelled' | 'expired';
}

/** What the approver decided. */
export interface Decision {
  readonly approved: boolean;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** `snowball/<dataset>/<execution>.json` in the work bucket: who was asked, and what they said. */
export interface ApprovalRequest {
  readonly dataset: string;
  readonly order: string;
  readonly devices: number;
  readonly requestedBy: string;
  readonly askedAt: string;
  /** Step Functions' task token. */
  readonly token: string;
  readonly decision?: Decision;
}

/** One device at its end. `failed` objects are on AWS's failure log. */
export interface DeviceResult {
  readonly device: number;
  readonly jobId: string;
  /** Empty when the import came through; else what stopped it. */
  readonly error: string;
  readonly cause: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly firstFailed: string;
}

/** What the function is asked, one kind for each state of the workflow that calls it. */
export type SnowballCall =
  | {
      readonly action: 'ask';
      readonly execution: string;
      readonly token: string;
      readonly input: SnowballInput;
    }
  | {
      readonly action: 'create';
      readonly dataset: string;
      readonly order: string;
      readonly device: number;
      readonly of: number;
    }
  | { readonly action: 'look'; readonly dataset: string; readonly job: JobRecord }
  | { readonly action: 'archive'; readonly dataset: string; readonly device: number; readonly job: JobRecord }
  | {
      readonly action: 'finish';
      readonly execution: string;
      readonly input: SnowballInput;
      readonly results: readonly DeviceResult[];
    };

/** How an order ended. */
export interface OrderSummary {
  readonly dataset: string;
  readonly order: string;
  readonly devices: number;
  readonly devicesFailed: number;
  readonly succeeded: number;
  readonly failed: number;
  /** First device or object that failed; empty when none did. */
  readonly firstFailed: string;
}
