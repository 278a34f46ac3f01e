import { defineConfig } from 'vitest/config';

/** Sources of the other packages are read as they are: tests of sources need no build. */
const source = ['source', 'node', 'import', 'module', 'default'];

/** Before all tests that run the programs: the package is installed, once. */
const globalSetup = ['test/installed/install.ts'];

function project(name: string, include: string[], more = {}) {
  return {
    resolve: { conditions: source },
    ssr: { resolve: { conditions: source } },
    test: { name, include, ...more },
  };
}

export default defineConfig({
  test: {
    // Tests wait more than they compute: two files at a time, also on a machine with two cores.
    maxWorkers: 2,
    projects: [
      project('unit', [
        'machines/src/**/*.test.ts',
        'packages/*/src/**/*.test.ts',
        'packages/inspector/page/**/*.test.ts',
      ]),
      project('properties', ['test/properties/**/*.test.ts'], { testTimeout: 120_000 }),
      project('conformance', ['test/conformance/**/*.test.ts'], {
        testTimeout: 60_000,
        globalSetup,
      }),
      project('e2e', ['test/e2e/**/*.test.ts'], {
        testTimeout: 90_000,
        hookTimeout: 60_000,
        globalSetup,
      }),
      project('browser', ['test/browser/**/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        globalSetup,
      }),
    ],
  },
});
