export { duration, roundTrip, shortDuration } from './duration.ts';
export { count, listChoices, listNames, ordinal } from './counts-and-lists.ts';
export { didYouMean, nearestWord } from './nearest-word.ts';
export {
  isPrintable,
  jsonLine,
  printableLine,
  printableText,
  replaceUnprintable,
} from './printable.ts';
export { quoted, shellWord } from './quote.ts';
