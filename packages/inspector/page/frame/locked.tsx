const REASONS = {
  missing: 'This page needs the key that belongs to it, and its address has none.',
  refused: 'The key in this address is not the right one: it is from another run, or not whole.',
} as const;

/** For who has no token, or a wrong one: what to do. */
export function Locked({ reason }: { readonly reason: keyof typeof REASONS }) {
  return (
    <main class="locked">
      <h1>Holdfast</h1>
      <p role="alert">{REASONS[reason]}</p>
      <p>
        Run <code>holdfast inspect</code> again and open the address that it prints, all of it.
      </p>
    </main>
  );
}
