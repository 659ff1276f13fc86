/** Errors that the workflow matches on or a person reads; names are stable. */

export const REFUSAL =
  'Snowball Edge is closed to new customers since 2025-11-07, and this estate does not say that its account was one before: ' +
  'set snowball.existingSnowballCustomer: true only if that is so';
export const ALTERNATIVES =
  'else move the dataset by DataSync over a hosted Direct Connect connection for the duration of the project (transfer.by: datasync), ' +
  'by AWS Data Transfer Terminal (transfer.by: terminal, Enterprise Support only; docs/data-transfer-terminal.md), or by a Marketplace partner such as Seagate or Tsecond';

export class NotASnowballCustomerError extends Error {
  override readonly name = 'NotASnowballCustomerError';
  constructor() {
    super(`${REFUSAL}; ${ALTERNATIVES}`);
  }
}

/** All devices that the account may have are in use: the workflow waits and asks again. */
export class DeviceQuotaReachedError extends Error {
  override readonly name = 'DeviceQuotaReachedError';
  constructor(used: number, limit: number) {
    super(`${used} of ${limit} devices of the account are in use; raise the quota "Snow Family devices" or wait`);
  }
}

export class AddressError extends Error {
  override readonly name = 'AddressError';
}
