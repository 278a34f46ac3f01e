/**
 * The letters of ssh's options that have an argument, joined to the letter or as the next word. Current OpenSSH: `P` is among them since
 * 9.4, and a flag without effect before.
 *
 * @see ssh(1), SYNOPSIS.
 */
export const LETTERS_WITH_ARGUMENT = 'BDEFIJLOPQRSWbceilmopw';

/**
 * The letters of ssh's options without an argument: any of them may stand before another letter in one word.
 *
 * @see ssh(1), SYNOPSIS.
 */
export const LETTERS_WITHOUT_ARGUMENT = '1246ACGKMNTVXYafgknqstvxy';
