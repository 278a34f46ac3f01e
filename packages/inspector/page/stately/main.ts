import { takeToken } from '../session/token.ts';
import { startSending } from './sending.ts';

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page lacks #${id}`);
  return found as T;
}

const button = element<HTMLButtonElement>('send');
const place = element('place');
const status = element('status');
const say = (sentence: string) => (status.textContent = sentence);

const { token } = takeToken(location.hash, sessionStorage);
// Neither the address bar nor the history keeps the key.
history.replaceState(null, '', location.pathname);

let stop: (() => void) | undefined;

button.addEventListener('click', () => {
  if (token === null) {
    say('This page has no token: open it with holdfast inspect --stately.');
    return;
  }
  if (stop === undefined) {
    stop = startSending({ token, place, say });
  } else {
    stop();
    stop = undefined;
  }
  const isSending = stop !== undefined;
  document.body.toggleAttribute('data-sending', isSending);
  button.textContent = isSending ? 'Stop sending' : 'Send to stately.ai';
});
