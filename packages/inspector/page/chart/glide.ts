import { betweenViews, type View } from './view.ts';

const GLIDE_MS = 350;

/** Goes from one view to another in small steps, or at once where motion is not wanted; returns how to stop. */
export function glide(from: View, to: View, show: (view: View) => void): () => void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    show(to);
    return () => undefined;
  }
  const startMs = performance.now();
  let frame = requestAnimationFrame(step);
  function step(nowMs: number): void {
    const part = Math.min(1, Math.max(0, (nowMs - startMs) / GLIDE_MS));
    show(betweenViews(from, to, part));
    if (part < 1) frame = requestAnimationFrame(step);
  }
  return () => cancelAnimationFrame(frame);
}
