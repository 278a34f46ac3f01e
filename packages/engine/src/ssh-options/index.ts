export { LETTERS_WITH_ARGUMENT, LETTERS_WITHOUT_ARGUMENT } from './option-letters.ts';
export {
  goesToBackground,
  readOptionWord,
  readSshOptions,
  readSshSetting,
  settingOfOption,
  takesNextWord,
  type OptionWord,
  type SshOption,
  type SshSetting,
} from './read-options.ts';
export { findSilences, writtenOption, type Silence } from './silence.ts';
