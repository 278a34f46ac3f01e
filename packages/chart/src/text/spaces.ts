// What is left free around words, in CSS pixels.

export const STATE = { paddingX: 12, paddingY: 8, minWidth: 96 } as const;

export const ARROW_LABEL = { paddingX: 6, paddingY: 2 } as const;
