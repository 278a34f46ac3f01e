// Lets plain Node 20 import .ts files: benchmarks share the scenes of the end-to-end tests.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
