export { takeLock, type Lock, type TakenLock } from './take-lock.ts';
export { conditionOf, findHolder, type Condition, type Holder } from './holder.ts';
