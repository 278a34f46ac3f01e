/** Characters that would steer a terminal, turn its lines around, or be half of one. */
export const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
