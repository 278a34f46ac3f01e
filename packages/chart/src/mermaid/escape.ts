/** Text within a line of Mermaid: characters that it has a use for are written as their numbers. */
export function escapeMermaid(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[#;:<>"{}]/g, (character) => `#${character.codePointAt(0)};`);
}
