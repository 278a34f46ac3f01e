/** Takes the text of server-sent events as it arrives, in pieces of any size, and gives the `data` of those that are whole. */
export type EventReader = (piece: string) => readonly string[];

/**
 * Reads server-sent events by hand, since `EventSource` cannot send a header.
 *
 * Only `data` counts here; comments and the other fields are passed over.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(): EventReader {
  let rest = '';
  let data: string[] = [];

  function takeLine(line: string): string | undefined {
    if (line !== '') {
      const value = dataOf(line);
      if (value !== undefined) data.push(value);
      return undefined;
    }
    const whole = data.length === 0 ? undefined : data.join('\n');
    data = [];
    return whole;
  }

  return (piece) => {
    const lines = `${rest}${piece}`.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.map(takeLine).filter((whole) => whole !== undefined);
  };
}

function dataOf(line: string): string | undefined {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return undefined;
  return line.slice(line.startsWith('data: ') ? 6 : 5);
}
