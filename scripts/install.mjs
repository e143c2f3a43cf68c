// Runs before the first script of a fresh clone, under whatever Node the machine has: no dependencies, no new syntax.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function packagesOf(lockFile) {
  const path = join(root, lockFile);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

// npm writes node_modules/.package-lock.json last, so an interrupted install is never taken for a complete one.
function isInstalled() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  const missing = Object.keys(wanted).filter((path) => path !== '' && !wanted[path].optional && !same(wanted[path], present[path]));
  const stale = Object.keys(present).filter((path) => !same(wanted[path], present[path]));
  return missing.length === 0 && stale.length === 0;
}

function same(wanted, present) {
  return wanted !== undefined && present !== undefined && wanted.version === present.version && wanted.integrity === present.integrity;
}

function install() {
  // npm tells its scripts where it and its own Node are; the Node in node_modules is about to be replaced and must not run this.
  const node = process.env.npm_node_execpath || process.execPath;
  const npm = process.env.npm_execpath;
  // Development packages bring Node 24 itself, so NODE_ENV=production must not leave them out.
  const args = ['ci', '--include=dev', '--loglevel=error', '--no-fund', '--no-audit'];
  console.error('Installing packages (npm ci) ...');
  // stdout goes to stderr: the output of the script that follows stays clean.
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const result = npm ? spawnSync(node, [npm, ...args], options) : spawnSync('npm', args, { ...options, shell: true });
  return result.status === 0;
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`Tocsin needs Node ${OLDEST_NODE} or newer to install itself; this is ${process.version}.`);
  process.exit(1);
}
if (!isInstalled() && !install()) {
  console.error('Packages could not be installed: npm ci failed, its message is above.');
  process.exit(1);
}
