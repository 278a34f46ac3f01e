import type { AnyStateMachine } from 'xstate';

/** Draws a machine as a Mermaid state diagram, with the names of its events, guards and delays. */
export function diagram(machine: AnyStateMachine): string;
