import { assign, fromCallback, fromPromise, setup } from 'xstate';

/** A machine that is a child of the light. */
const lampMachine = setup({}).createMachine({
  id: 'lamp',
  initial: 'dark',
  states: { dark: { on: { toggle: 'lit' } }, lit: { on: { toggle: 'dark' } } },
});

/** What a user's own machine may hold: none of it is plain data. */
function oddContext() {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  return {
    passed: 0,
    since: new Date(0),
    lanes: new Map([['left', 1]]),
    big: 12n,
    limit: Number.POSITIVE_INFINITY,
    circle,
    onPass: function passed() {},
    nothing: undefined,
    list: [undefined, -0, Symbol('x'), { 10: 'ten', 9: 'nine' }],
    password: 'green',
  };
}

/** A user's own machine, with parallel and history states, children of each kind, and functions in its config. */
export const trafficLight = setup({
  types: {
    events: {} as
      { type: 'next' } | { type: 'power'; reason?: string } | { type: 'walk'; steps: number },
    context: {} as ReturnType<typeof oddContext>,
  },
  actors: {
    lamp: lampMachine,
    hum: fromCallback(() => () => {}),
    /** Does not end by itself: see {@link countedLight}. */
    count: fromPromise(() => new Promise<number>(() => {})),
  },
}).createMachine({
  id: 'traffic light',
  context: oddContext,
  initial: 'on',
  states: {
    on: {
      type: 'parallel',
      invoke: [
        { src: 'hum', id: 'hum', input: { volume: 1 } },
        { src: 'lamp', id: 'lamp' },
      ],
      on: { power: 'off' },
      states: {
        cars: {
          initial: 'red',
          states: {
            red: { on: { next: 'green' } },
            green: {
              on: {
                next: {
                  target: 'red',
                  guard: ({ context }) => context.passed < 10,
                  actions: assign({ passed: ({ context }) => context.passed + 1 }),
                },
              },
            },
            last: { type: 'history' },
          },
        },
        people: {
          initial: 'wait',
          states: {
            wait: { on: { walk: 'walk' }, after: { 1000: {} } },
            walk: { on: { walk: 'wait' } },
          },
        },
        memory: { type: 'history', history: 'deep' },
      },
    },
    off: {
      invoke: { src: 'count', id: 'count' },
      on: { power: '#traffic light.on.memory' },
    },
  },
});

/** The light, whose counting ends with a promise of the test. */
export function countedLight(counted: Promise<number>) {
  return trafficLight.provide({ actors: { count: fromPromise(() => counted) } });
}
