/** An answer of the server that says no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Whether the server does not take the token. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.code === 'forbidden');
}

/** Whether there is none of that name, or no more. */
export function isUnknownTunnel(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unknown-tunnel';
}

/** For people. A browser says only "Failed to fetch" when nobody listens. */
export function problemSentence(error: unknown): string {
  return error instanceof ApiError ? error.message : 'nobody answers';
}
