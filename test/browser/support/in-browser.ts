import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { missingPart } from '../../e2e/support/missing-part.ts';
import { missingChromium } from './chromium.ts';
import { createScene, type Scene } from './scene.ts';

const missing = missingPart(missingChromium);

/** Tests in a browser; where there is none they are skipped. After each, no page may have complained of anything. */
export function describeInBrowser(title: string, body: (scene: () => Scene) => void): void {
  describe.skipIf(missing)(missing === undefined ? title : `${title} (${missing})`, () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await createScene();
    });
    afterEach(async () => {
      await scene.closePages();
      expect(scene.takeComplaints()).toEqual([]);
    });
    afterAll(() => scene.close());
    body(() => scene);
  });
}
