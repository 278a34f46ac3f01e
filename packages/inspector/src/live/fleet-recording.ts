/** The recording that a fleet's recorder writes. */
export interface FleetRecording {
  readonly path: string;
  /** Writes down what is not yet in the file. */
  flush(): void | Promise<void>;
}
