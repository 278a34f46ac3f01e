/** The end of a supervisor, asked for over its interface. */
export interface Ending {
  /** Resolves when every ssh is gone; all who ask wait for the same end. */
  begin(): Promise<void>;
  /** To be called when an answer to the order has left. */
  answered(): void;
  /** Resolves when it has ended and somebody was told. */
  readonly told: Promise<void>;
}

export function createEnding(end: () => Promise<void>): Ending {
  let ending: Promise<void> | undefined;
  let hasEnded = false;
  let tell!: () => void;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const begin = async () => {
    try {
      await end();
      hasEnded = true;
    } catch (error) {
      // Whoever asks next tries again.
      ending = undefined;
      throw error;
    }
  };
  return {
    begin: () => (ending ??= begin()),
    answered() {
      if (hasEnded) tell();
    },
    told,
  };
}
