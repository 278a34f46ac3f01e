export { count, ordinal } from './count.ts';
export { duration, roundTrip, shortDuration } from './duration.ts';
export { listChoices, listNames } from './list.ts';
export { didYouMean, nearestWord } from './nearest-word.ts';
export {
  isPrintable,
  jsonLine,
  printableLine,
  printableText,
  replaceUnprintable,
} from './printable.ts';
export { quoted, shellWord } from './quote.ts';
