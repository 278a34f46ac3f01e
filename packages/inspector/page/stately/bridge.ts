/** Stately's page in a frame of ours. */
export interface StatelyFrameElement {
  /** Hands a message to it, and to no page of another origin that may be shown there by then. */
  post(message: unknown): void;
  /** Whether a message came from it. */
  sent(event: Pick<MessageEvent, 'source' | 'origin'>): boolean;
}

/** Whether a message says that Stately's inspector is ready. */
export function saysConnected(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    (data as { type?: unknown }).type === '@statelyai.connected'
  );
}

/** A frame with its page; messages to and from it are bound to the origin of that page. */
export function statelyFrame(frame: HTMLIFrameElement): StatelyFrameElement {
  const { origin } = new URL(frame.src);
  return {
    post: (message) => frame.contentWindow?.postMessage(message, origin),
    sent: (event) => event.source === frame.contentWindow && event.origin === origin,
  };
}

/** Makes the frame; from now on the browser talks to Stately. */
export function openFrame(place: HTMLElement, url: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.title = "Stately's inspector";
  frame.referrerPolicy = 'no-referrer';
  // All that its page needs, and not to lead this window elsewhere.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups');
  frame.src = url;
  place.replaceChildren(frame);
  return frame;
}
