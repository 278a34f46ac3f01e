import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, IntrinsicType, LogLevel } from 'typedoc';
import { ENTRIES } from './entries.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where the reference is written to; git ignores it. */
export const REFERENCE = join(ROOT, 'docs/reference');

const OPTIONS = {
  name: 'API reference',
  tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  entryPoints: ENTRIES.map(({ source }) => join(ROOT, source)),
  // The compiler has its own check; here only what is documented counts.
  skipErrorChecking: true,
  // What is not of these packages has its own reference.
  excludeExternals: true,
  excludeInternal: true,
  readme: 'none',
  // Lines move with every change of a source; without them the pages change only when the surface does.
  disableSources: true,
  sort: ['source-order'],
  packagesRequiringDocumentation: [...new Set(ENTRIES.map(({ library }) => library))],
  // A field may say all by its name and type; a name that one imports, or calls, may not.
  requiredToBeDocumented: ['Function', 'Variable', 'Interface', 'TypeAlias', 'Class', 'Method'],
  validation: { notDocumented: true, notExported: true, invalidLink: true },
};

const MARKDOWN = {
  plugin: ['typedoc-plugin-markdown'],
  outputFileStrategy: 'modules',
  entryFileName: 'README',
  hideBreadcrumbs: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  propertyMembersFormat: 'table',
};

/**
 * The reference, made from the sources.
 *
 * @returns {Promise<{ readonly pages: ReadonlyMap<string, string>, readonly problems: readonly string[] }>}
 *   The pages by their place in {@link REFERENCE}; and what is wrong with the comments, such as a public name that has none.
 */
export async function renderReference() {
  const app = await Application.bootstrapWithPlugins({ ...OPTIONS, ...MARKDOWN });
  const problems = collectProblems(app.logger);
  const project = await app.convert();
  if (project === undefined) throw new Error(problems.join('\n'));
  for (const module of project.children ?? []) module.name = importedName(module.name);
  shortenMachine(project);
  app.validate(project);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-reference-'));
  try {
    app.options.setValue('out', folder);
    await app.generateOutputs(project);
    return { pages: await readPages(folder), problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Keeps what typedoc warns of, instead of printing it. */
function collectProblems(logger) {
  const problems = [];
  logger.log = (message, level) => {
    // What has no name of its own, such as the parts of a machine's type, has no place for a comment.
    if (level >= LogLevel.Warn && !message.includes('.__type.')) problems.push(message);
  };
  return problems;
}

/** From `packages/engine/src/log`, a folder or a file, to `@holdfast/engine/log`. */
function importedName(module) {
  const sources = [`${module}/index.ts`, `${module}.ts`];
  return ENTRIES.find(({ source }) => sources.includes(source))?.name ?? module;
}

/** The machine's own type holds its whole definition, which the chart shows better. */
function shortenMachine(project) {
  const machine = project.getChildByName(['@holdfast/machines', 'tunnelMachine']);
  if (machine !== undefined) machine.type = new IntrinsicType('StateMachine');
}

async function readPages(folder) {
  const entries = await readdir(folder, { recursive: true });
  const names = entries.filter((name) => name.endsWith('.md')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const whole = texts.join('');
  return new Map(names.map((name, index) => [name, withoutIdleAnchors(texts[index], whole)]));
}

/** Every row of a table has an anchor; nearly none is the end of a link. */
function withoutIdleAnchors(text, whole) {
  return text.replace(/<a id="([^"]+)"><\/a> /g, (anchor, id) =>
    whole.includes(`#${id})`) ? anchor : '',
  );
}
