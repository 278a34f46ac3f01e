/** Text from outside, with every character that could steer a terminal shown as `\uFFFD`. Tabs and line ends become blanks. */
export function printable(text: string): string {
  return text
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD');
}
