export { layOut, type LayOutOptions } from './lay-out.ts';
