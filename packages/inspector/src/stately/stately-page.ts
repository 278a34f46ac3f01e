import { PAGE_POLICY } from '../server/answer-headers.ts';
import type { PageFiles } from '../server/page-files.ts';
import { STATELY_ORIGIN } from './stately-origin.ts';

/** Where the page is that hands frames to Stately's inspector. */
export const STATELY_PATH = '/stately';

/** What that page may load and do: as any page of ours, and show a page of Stately in a frame. */
export const STATELY_POLICY = `${PAGE_POLICY}; frame-src ${STATELY_ORIGIN}`;

/** The files of the page, with the policy that the page for Stately needs; no other page gets it. */
export function withStatelyPolicy(files: PageFiles): PageFiles {
  const page = files.get(STATELY_PATH);
  if (page === undefined) return files;
  return new Map([...files, [STATELY_PATH, { ...page, policy: STATELY_POLICY }]]);
}

/** The address of that page, from the address of the inspector; the token stays in the fragment. */
export function statelyPageUrl(inspectorUrl: string): string {
  const url = new URL(inspectorUrl);
  url.pathname = STATELY_PATH;
  return url.href;
}
