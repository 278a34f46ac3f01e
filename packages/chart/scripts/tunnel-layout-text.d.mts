import type { Layout } from '../src/layout.ts';

/** The source of src/tunnel-layout.ts. */
export function tunnelLayoutText(layouts: Readonly<Record<'full' | 'brief', Layout>>): string;
