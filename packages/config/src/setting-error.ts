const BRAND = Symbol.for('holdfast/SettingError');

/**
 * Why a setting cannot be used.
 *
 * | code | means |
 * |---|---|
 * | `invalid` | its value is not one that it can have |
 * | `missing` | it is needed, and not set |
 */
export type SettingErrorCode = 'invalid' | 'missing';

/** A setting that cannot be used: which, what is wrong with it, and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly [BRAND] = true;
  readonly code: SettingErrorCode;
  /** Name of the setting, as the user wrote it: `AUTOSSH_POLL`, `-M`. */
  readonly setting: string;

  constructor(code: SettingErrorCode, setting: string, sentence: string) {
    super(sentence);
    this.code = code;
    this.setting = setting;
  }
}

/** Whether this is a {@link SettingError}, also one of another copy of this package. */
export function isSettingError(error: unknown): error is SettingError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
