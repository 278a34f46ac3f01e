export type { Step, StepFacts } from './step.ts';
