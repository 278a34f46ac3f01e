import { render } from 'preact';
import { App, Locked } from './frame/app.tsx';
import { applyTheme, keptTheme } from './frame/theme.ts';
import { createApiClient } from './session/api-client.ts';
import { chooseFirst, followPlace } from './session/place.ts';
import { followWhy } from './session/follow-why.ts';
import { followSpeed } from './session/play.ts';
import { createSession } from './session/session.ts';
import { takeToken } from './session/token.ts';
import { createStore } from './store/create-store.ts';
import { SessionContext } from './store/hooks.ts';
import { FIRST_STATE } from './store/page-state.ts';
import { reduce } from './store/reduce.ts';

/** Opens the page for who has a token, and tells anybody else how to get one. */
function openPage(): void {
  const root = document.getElementById('page');
  if (root === null) return;
  applyTheme(keptTheme());
  const { token, fragment } = takeToken(location.hash, sessionStorage);
  history.replaceState(null, '', fragment === '' ? location.pathname : `#${fragment}`);
  // An address with a new token, in a tab that is open already, is a new beginning.
  addEventListener('hashchange', () => {
    if (location.hash.includes('token=')) location.reload();
  });
  if (token === null) return render(<Locked reason="missing" />, root);
  render(
    <SessionContext.Provider value={startSession(token)}>
      <App />
    </SessionContext.Provider>,
    root,
  );
}

function startSession(token: string) {
  const api = createApiClient(token);
  const store = createStore(reduce, FIRST_STATE, (frame) => requestAnimationFrame(frame));
  const session = createSession(api, store);
  followPlace(session);
  followWhy(api, session);
  followSpeed(session);
  chooseFirst(session);
  return session;
}

openPage();
