import type { ApiClient } from './api-client.ts';
import type { Session } from './session.ts';
import { chosenRow } from '../store/reduce.ts';

const OFTEN_MS = 1000;
const SELDOM_MS = 5000;

/** Keeps the reasons of the chosen one fresh: soon after its state changes, and now and then while nothing does. */
export function followWhy(api: ApiClient, { store }: Session): () => void {
  let askedFor = '';
  let askedAtMs = 0;

  function look(): void {
    const { chosen, hello, travel, connection } = store.get();
    const row = chosenRow(store.get());
    if (chosen === null || row === undefined || hello?.kind !== 'live') return;
    if (travel !== null || connection.kind !== 'open' || document.hidden) return;
    const key = `${chosen} ${row.state} ${row.sinceMs}`;
    const age = Date.now() - askedAtMs;
    const isOther = !askedFor.startsWith(`${chosen} `);
    if (!isOther && age < (key === askedFor ? SELDOM_MS : OFTEN_MS)) return;
    askedFor = key;
    askedAtMs = Date.now();
    api
      .why(chosen)
      .then(({ sentences }) => {
        const atMs = Date.now() + store.get().offsetMs;
        store.send({ type: 'why', name: chosen, sentences, atMs });
      })
      .catch(() => undefined);
  }

  const leave = store.subscribe(look);
  const timer = setInterval(look, OFTEN_MS);
  return () => (leave(), clearInterval(timer));
}
