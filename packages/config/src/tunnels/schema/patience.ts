import * as z from 'zod';
import { writeDuration } from './duration.ts';
import { duration } from './parts.ts';

const AUTO = 'auto';
const ALLOWED = `a time from "5s" to "1h" with its unit (ms, s, m, h or d), such as "5s" or "1m30s", or "${AUTO}"`;

const time = duration({ least: '5s', most: '1h' }, 'How long ssh may be silent.');

/** How long a silent ssh is kept, in milliseconds; `null`: as long as suits the tunnel. */
export const patience = z
  .union([time, z.literal(AUTO, { error: ALLOWED })], { error: ALLOWED })
  .transform((kept) => (kept === AUTO ? null : kept))
  .describe(
    'How long an ssh that does not answer is kept. From `5s` to `1h`; `auto`: `5m` where a second connection can be tried, `1m` where it cannot.',
  );

/** A patience as a file has it. */
export function writePatience(ms: number | null): string {
  return ms === null ? AUTO : writeDuration(ms);
}
