const REASONS = {
  missing: 'This page needs a token, and its address has none.',
  refused: 'The token in this address is wrong: it is of another run, or incomplete.',
} as const;

/** For who has no token, or a wrong one: what to do. */
export function Locked({ reason }: { readonly reason: keyof typeof REASONS }) {
  return (
    <main class="locked">
      <h1>Holdfast</h1>
      <p role="alert">{REASONS[reason]}</p>
      <p>
        Run <code>holdfast inspect</code> again, and open the whole address that it prints.
      </p>
    </main>
  );
}
