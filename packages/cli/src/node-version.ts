/** The least version, as package.json has it under `engines`. Put in by the bundle. */
declare const NODE_WANTED: string;

/**
 * Refuses a Node that is too old, before anything is loaded that it could not read. Imported first by what node reads first; that is
 * bundled for Nodes of ten years ago.
 */
function refuseOldNode(): void {
  const { node: version } = process.versions;
  if (isEnough(numbersOf(version), numbersOf(NODE_WANTED)) && 'getBuiltinModule' in process) return;
  const name = String(process.argv[1]).replace(/^.*\//, '').replace(/\.js$/, '');
  process.stderr.write(
    `${name}: Node ${version} (${process.execPath}) is too old: put Node ${NODE_WANTED} or later (of 22, at least 22.3) first in PATH\n`,
  );
  process.exit(1);
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number);
}

function isEnough([major = 0, minor = 0]: number[], [wantedMajor = 0, wantedMinor = 0]: number[]) {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

refuseOldNode();
