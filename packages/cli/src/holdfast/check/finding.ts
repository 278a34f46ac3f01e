/** How much a finding matters. A problem keeps a tunnel from coming up. */
export type Verdict = 'ok' | 'warning' | 'problem';

/** What was looked at. */
export type FindingAbout =
  'config' | 'ssh' | 'agent' | 'host-key' | 'identity' | 'port' | 'after' | 'options' | 'settings';

/** Something that `holdfast check` found out. */
export interface Finding {
  readonly verdict: Verdict;
  readonly about: FindingAbout;
  /** Without it: it concerns all. */
  readonly tunnel?: string;
  /** Lower case, without a full stop. */
  readonly sentence: string;
  readonly remedy?: string;
}
