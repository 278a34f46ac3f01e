const BRAND = Symbol.for('holdfast/SettingError');

/** A setting that cannot be used: which, what was wrong with it, and what would be right. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly [BRAND] = true;
  /** Name of the setting, as the user wrote it: `AUTOSSH_POLL`, `-M`. */
  readonly setting: string;

  constructor(setting: string, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.setting = setting;
  }
}

/** Whether this is a {@link SettingError}, also one of another copy of this package. */
export function isSettingError(error: unknown): error is SettingError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
