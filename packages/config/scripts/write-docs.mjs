// Writes docs/config.md and docs/tunnels.schema.json from the schema of the built package.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { renderConfigPage, tunnelsJsonSchema } from '../dist/index.js';

const DOCS = new URL('../../../docs/', import.meta.url);
const style = await resolveConfig(new URL('config.md', DOCS));

const page = await format(renderConfigPage(), { ...style, parser: 'markdown' });
await writeFile(new URL('config.md', DOCS), page);

const schema = await format(JSON.stringify(tunnelsJsonSchema()), { ...style, parser: 'json' });
await writeFile(new URL('tunnels.schema.json', DOCS), schema);
