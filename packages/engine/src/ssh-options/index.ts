export { LETTERS_WITH_ARGUMENT, LETTERS_WITHOUT_ARGUMENT } from './option-letters.ts';
