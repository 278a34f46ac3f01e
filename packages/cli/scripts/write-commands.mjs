// Writes docs/holdfast.md from the table of commands: node packages/cli/scripts/write-commands.mjs
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const PAGE = new URL('../../../docs/holdfast.md', import.meta.url);

const bundled = await build({
  entryPoints: [fileURLToPath(new URL('../src/holdfast/commands-page.ts', import.meta.url))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
});
const code = Buffer.from(bundled.outputFiles[0].contents).toString('base64');
const { renderCommandsPage } = await import(`data:text/javascript;base64,${code}`);
const style = await resolveConfig(PAGE);
await writeFile(PAGE, await format(renderCommandsPage(), { ...style, parser: 'markdown' }));
