/** Where Stately's inspector is. */
export const STATELY_ORIGIN = 'https://stately.ai';

/** The page of it that is shown in ours. */
export const STATELY_URL = `${STATELY_ORIGIN}/inspect`;
