/** How long a dataset takes by Snowball, and by what would take its place. Pure: everything is computed from the estate. */

import { deviceTypes, type Snowball } from '../../protocol/snowball.ts';

/**
 * Planning values. AWS promises none of the days but those of shipping (CreateJob, ShippingOption) and "within 2 days" and
 * "within a day" for sorting and import (Snowball Edge guide, jobstatuses); the others are our own, and printed with the plan.
 */
export const assumptions = {
  preparationDays: 10,
  shippingDays: { SECOND_DAY: 2, NEXT_DAY: 1, EXPRESS: 1, STANDARD: 7 },
  /** Bytes a second onto a device and off it: half of what a 10 Gbps port carries. */
  deviceBytesPerSec: 600e6,
  sortingDays: 2,
  queueDays: 1,
  /** Days at the site besides copying: racking, unlocking, packing. */
  handlingDays: 2,
  /** Share of a line that a transfer really gets. */
  lineShare: 0.8,
  /** A terminal has two fibres of 100 Gbps each (Data Transfer Terminal guide, features); one is counted. */
  terminalGbps: 100,
  /** A reservation lasts six hours at most, with an hour between two (Data Transfer Terminal guide, scheduling). */
  terminalSlotHours: 6,
} as const;

const DAY_SEC = 86_400;
/** Objects below this should travel in archives that AWS unpacks (Snowball Edge guide, batching-small-files). */
export const SMALL_OBJECT = 1e6;
export const MOST_FILES_PER_ARCHIVE = 10_000;
/** A folder should hold no more (Snowball Edge guide, sbe-before-ordering). */
export const MOST_ENTRIES = 500_000;
/** Largest object that a device takes (Snowball Edge guide, limits). */
export const LARGEST_OBJECT = 5e12;

export interface SnowballPlan {
  readonly dataset: string;
  readonly objects: number;
  readonly bytes: number;
  readonly deviceType: Snowball['device'];
  readonly devices: number;
  /** Devices at a time. */
  readonly atOnce: number;
  readonly daysPerDevice: number;
  readonly days: number;
  readonly advice: readonly string[];
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly way: string;
  readonly days: number;
  readonly needs: string;
}

/** What a dataset weighs, as the estate says. */
export interface Size {
  readonly objects: number;
  readonly gigabytes: number;
}

export interface Wanted {
  readonly dataset: string;
  readonly size: Size;
  /** Devices that the estate asks for. @default as many as the size needs */
  readonly devices?: number | undefined;
}

const round = (days: number): number => Math.ceil(days * 10) / 10;

export function planSnowball(
  { dataset, size, devices: asked }: Wanted,
  snowball: Pick<Snowball, 'device' | 'shipping' | 'deviceQuota'>,
): SnowballPlan {
  const bytes = size.gigabytes * 1e9;
  const { usableBytes } = deviceTypes[snowball.device];
  const devices = Math.max(asked ?? 1, Math.ceil(bytes / usableBytes));
  const atOnce = Math.min(devices, snowball.deviceQuota);
  const a = assumptions;
  const copyDays = bytes / devices / a.deviceBytesPerSec / DAY_SEC;
  const daysPerDevice =
    a.preparationDays +
    2 * a.shippingDays[snowball.shipping] +
    a.handlingDays +
    2 * copyDays + // Onto the device, and off it.
    a.sortingDays +
    a.queueDays;
  return {
    dataset,
    objects: size.objects,
    bytes,
    deviceType: snowball.device,
    devices,
    atOnce,
    daysPerDevice: round(daysPerDevice),
    days: round(daysPerDevice * Math.ceil(devices / atOnce)),
    advice: adviceFor(size, bytes, devices),
    alternatives: alternativesFor(bytes),
  };
}

function adviceFor(size: Size, bytes: number, devices: number): string[] {
  const mean = bytes / size.objects;
  const advice: string[] = [];
  if (mean < SMALL_OBJECT) {
    const archives = Math.ceil(size.objects / MOST_FILES_PER_ARCHIVE);
    advice.push(
      `objects are ${Math.round(mean / 1000)} kB on the mean: put those below 1 MB into about ${archives.toLocaleString('en-US')} tar or zip archives of up to ` +
        '10,000 files and 100 GB, copied with --metadata snowball-auto-extract=true; AWS unpacks them on import',
    );
  }
  if (devices > 1)
    advice.push(
      `split the source into ${devices} parts of whole folders; each device gets a part and a list of its own`,
    );
  advice.push(
    'names and sizes are all that a device keeps: take times, owners and permissions from a manifest of the source',
    'a file that changes while it is copied is not imported: copy from a snapshot, or stop who writes',
    'keys that exist in the raw bucket are overwritten; it is versioned, so that the older version stays',
    'keep the source until decant snowball import-check finds no difference',
  );
  return advice;
}

function alternativesFor(bytes: number): Alternative[] {
  const lineDays = (gbps: number): number => round((bytes * 8) / (gbps * 1e9 * assumptions.lineShare) / DAY_SEC);
  const slots = Math.ceil((lineDays(assumptions.terminalGbps) * 24) / assumptions.terminalSlotHours);
  return [
    {
      way: 'DataSync, 1 Gbps line',
      days: lineDays(1),
      needs: 'a hosted Direct Connect connection or the line that is there',
    },
    { way: 'DataSync, 10 Gbps line', days: lineDays(10), needs: 'a hosted Direct Connect connection of 10 Gbps' },
    {
      way: 'Data Transfer Terminal',
      days: lineDays(assumptions.terminalGbps),
      needs: `Enterprise Support, your own disks, ${slots} reservations of up to six hours; see docs/data-transfer-terminal.md`,
    },
  ];
}

/** Days after which an order is not over yet when Step Functions ends its execution. */
export const MOST_DAYS = 355;
