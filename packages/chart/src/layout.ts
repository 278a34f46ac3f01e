/** A point, in CSS pixels from the top left corner of the chart. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle, in CSS pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where a transition goes. */
export interface Route {
  /** From the edge of its source to the edge of its target: at least two points, joined by straight lines. */
  readonly points: readonly Point[];
  /** Where its words stand; `null` if it has none. */
  readonly label: Box | null;
}

/** Where everything of a chart stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** By the path of the state; the root too. */
  readonly states: Readonly<Record<string, Box>>;
  /** By the id of the transition; those that lead nowhere are not drawn as arrows and stand not here. */
  readonly transitions: Readonly<Record<string, Route>>;
  /** By the path of the state around it: from the dot that says where it begins, to the state that it begins in. */
  readonly initials?: Readonly<Record<string, readonly Point[]>>;
  /** Whether room was left for the names of actions (`full`, the default), or not. */
  readonly detail?: 'full' | 'brief';
}
