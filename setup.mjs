// What `npm start` and `npm test` need on a new machine. Plain JavaScript for any Node, because nothing is installed yet.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';

const forTests = process.argv.includes('--tests');

installPackages();
buildCore();
if (!runs('redis-server') && !runs('valkey-server') && !runs('redis-check-rdb')) {
  installDebian(
    'redis-tools',
    'a Redis or Valkey server (redis-server or valkey-server on the PATH, version 7.0 or newer)',
  );
}
if (forTests && !runs('aws')) installDebian('awscli', 'the AWS CLI (aws on the PATH)');
if (forTests && !['chromium', 'chromium-browser', 'google-chrome'].some((name) => runs(name))) {
  installDebian(
    'chromium',
    'a browser for the reports (chromium, chromium-browser or google-chrome on the PATH)',
  );
}

function installPackages() {
  const lock = 'package-lock.json';
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing packages');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** The WebAssembly core of the RDB reader, from its sources. */
function buildCore() {
  run('node_modules/.bin/node', ['rdb/wasm/build.ts']);
}

function installDebian(name, wanted) {
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0 && runs('apt-get');
  if (!debian) {
    console.error(
      `Redrill needs ${wanted}. Install it, on Debian or Ubuntu with: sudo apt-get install ${name}`,
    );
    process.exit(1);
  }
  say(`installing Debian's ${name}`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const install = ['install', '-y', '-qq', '--no-install-recommends', name];
  if (spawnSync('apt-get', install, { ...options, stdio: 'ignore' }).status === 0) return;
  // The lists of a new machine may be missing or old.
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', install, options);
}

function runs(command, argument = '--version') {
  return spawnSync(command, [argument], { stdio: 'ignore' }).error === undefined;
}

function run(command, args) {
  // Standard output belongs to the command that was asked for.
  const { status } = spawnSync(command, args, { stdio: ['inherit', process.stderr, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

function say(what) {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  console.error(`redrill ${version}: ${what} …`);
}
