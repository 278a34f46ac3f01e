import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Sources of the other packages are read as they are: tests of sources need no build. */
const source = ['source', 'node', 'import', 'module', 'default'];

/** Before all tests that run the programs: the package is installed, once. */
const globalSetup = ['test/installed/install.ts'];

/** Two files at a time on any machine, for tests that compute. */
const COMPUTING = Math.max(2, availableParallelism());
/** Twice as many for those that start programs, and then wait for them most of the time. */
const WAITING = 2 * COMPUTING;

/** A test waits for facts, and no fact is late: these limits only end what hangs. */
const patience = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 90_000, interval: 25 } },
};

/** Projects of the same number of workers run together, and one number after the other. */
function project(name: string, include: string[], maxWorkers: number, more = {}) {
  return {
    resolve: { conditions: source },
    ssr: { resolve: { conditions: source } },
    test: {
      name,
      include,
      ...patience,
      maxWorkers,
      sequence: { groupOrder: maxWorkers },
      // A worker keeps what it has loaded: a third of the time would go into loading the same modules for each file. So a file cleans up
      // after itself, and one that mocks a module loads it anew.
      isolate: false,
      ...more,
    },
  };
}

export default defineConfig({
  test: {
    // Progress, failures, and the sums.
    reporters: ['dot'],
    projects: [
      project(
        'unit',
        [
          'machines/src/**/*.test.ts',
          'packages/*/src/**/*.test.ts',
          'packages/inspector/page/**/*.test.ts',
        ],
        COMPUTING,
      ),
      project('properties', ['test/properties/**/*.test.ts'], COMPUTING),
      project('conformance', ['test/conformance/**/*.test.ts'], COMPUTING, { globalSetup }),
      project('e2e', ['test/e2e/**/*.test.ts'], WAITING, { globalSetup }),
      project('browser', ['test/browser/**/*.test.ts'], COMPUTING, { globalSetup }),
    ],
  },
});
