import '../../node-version.ts';
import { bundleOf, loadBundle } from './bundle-of.ts';
import type { Program } from './programs.ts';

const words = process.argv.slice(2);
loadBundle<{ main: Program }>(bundleOf(words[0])).main(words, __filename);
