import {
  readPageFiles,
  serveInspector,
  type InspectorServer,
  type InspectorSource,
} from '@holdfast/inspector';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { PAGE_FOLDER } from '../../installed/programs.ts';
import { chromiumPath } from './chromium.ts';

/** A browser that shows pages of real inspector servers, and writes down what goes wrong in them. */
export interface Scene {
  readonly serve: (source: InspectorSource, port?: number) => Promise<InspectorServer>;
  readonly open: (url: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What pages complained about since the last call: errors, warnings, violations of the content security policy. */
  readonly takeComplaints: () => readonly string[];
  readonly closePages: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the system's browser. */
export async function createScene(): Promise<Scene> {
  const browser = await launch();
  const servers: InspectorServer[] = [];
  let complaints: string[] = [];

  async function closePages(): Promise<void> {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
  }

  return {
    serve: async (source, port = 0) => {
      const server = await serveInspector(source, { files: readPageFiles(PAGE_FOLDER), port });
      servers.push(server);
      return server;
    },
    open: async (url, options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 860 },
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url);
      return page;
    },
    takeComplaints: () => {
      const taken = complaints;
      complaints = [];
      return taken;
    },
    closePages,
    close: async () => {
      await closePages();
      await browser.close();
    },
  };
}

function launch(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    // In a container Chromium cannot make a sandbox of its own; it shows nothing but our page.
    args: ['--no-sandbox'],
  });
}
