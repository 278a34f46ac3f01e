const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /(?:[^<&]|&(?:amp|lt|gt|quot|#\d+);)+/y;
const COMMENT = /<!--(?:(?!--)[^])*-->/y;

/** The elements of a document of XML, outermost first; throws at what is not well-formed. */
export function elementsOf(document: string): readonly string[] {
  const elements: string[] = [];
  const open: string[] = [];
  let at = /^<\?xml [^?]*\?>\n/.exec(document)?.[0].length ?? 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(document);
    at += found?.[0].length ?? 0;
    return found;
  };
  while (at < document.length) {
    if (next(COMMENT) ?? next(TEXT)) continue;
    const tag = next(TAG);
    if (tag === null) throw new Error(`not well-formed: ${document.slice(at, at + 60)}`);
    const [, closing, name, , isEmpty] = tag;
    if (closing === '/' && open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    if (closing === '/') continue;
    elements.push(name!);
    if (isEmpty === '') open.push(name!);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(document))
    throw new Error('a control character');
  return elements;
}
