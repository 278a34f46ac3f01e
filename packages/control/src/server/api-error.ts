import type { LocatedError } from '@holdfast/config';
import { isFleetError, type FleetError, type FleetErrorCode } from '@holdfast/engine';
import { isRequestError, RequestError } from '@holdfast/http';
import type { ApiErrorCode } from '../api.ts';

/** The status of an answer that refuses a request, where nothing else is said. */
const ERROR_STATUS = {
  'bad-request': 400,
  'not-found': 404,
  'unknown-tunnel': 404,
  'not-connected': 409,
  'too-large': 413,
  'forward-failed': 422,
  'inspector-failed': 422,
  'config-invalid': 422,
  'config-unreadable': 422,
  'wrong-protocol': 426,
  internal: 500,
  'too-many': 503,
  ending: 503,
} as const satisfies Record<ApiErrorCode, number>;

/** A request that the supervisor refuses. */
export class ApiError extends RequestError<ApiErrorCode> {
  override readonly name = 'ApiError';

  constructor(
    code: ApiErrorCode,
    sentence: string,
    {
      status = ERROR_STATUS[code],
      ...more
    }: { readonly locations?: readonly LocatedError[]; readonly status?: number } = {},
  ) {
    super(code, sentence, status, more);
  }
}

/** Whatever a handler threw, as a refusal. */
export function toApiError(error: unknown): RequestError {
  if (isRequestError(error)) return error;
  if (isFleetError(error)) return fleetRefusal(error);
  const said = error instanceof Error ? error.message : String(error);
  return new ApiError('internal', `a bug in the supervisor: ${said}`);
}

/** What a fleet refuses, in the codes of the interface. */
const FLEET_CODES = {
  'unknown-tunnel': 'unknown-tunnel',
  'not-connected': 'not-connected',
  'forward-failed': 'forward-failed',
  'invalid-tunnel': 'config-invalid',
  // Nothing here waits for that.
  'not-ready': 'internal',
  closed: 'ending',
} as const satisfies Record<FleetErrorCode, ApiErrorCode>;

function fleetRefusal({ code, message }: FleetError): ApiError {
  return new ApiError(FLEET_CODES[code], message);
}
