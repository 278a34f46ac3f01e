export {
  isOptionWord,
  readOptionWord,
  readSshWords,
  SSH_LETTERS,
  type OptionLetters,
  type OptionWord,
  type SshOption,
} from './read-words.ts';
export { goesToBackground, readSshSetting, settingOfOption, type SshSetting } from './settings.ts';
export { findSilences, writtenOption, type Silence } from './silence.ts';
