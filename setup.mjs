// What `npm start` and `npm test` need on a new machine. Plain JavaScript for any Node, because nothing is installed yet.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';

const forTests = process.argv.includes('--tests');

// What only a person may be able to install comes first: nobody should wait for packages to hear of it.
requirePrograms();
installPackages();
buildCore();

function requirePrograms() {
  const wanted = [
    [
      ['redis-server', 'valkey-server', 'redis-check-rdb'].some((name) => runs(name)),
      'redis-tools',
      'a Redis or Valkey server, version 7.0 or newer (redis-server or valkey-server on the PATH)',
    ],
  ];
  if (forTests) {
    wanted.push([runs('aws'), 'awscli', 'the AWS CLI (aws on the PATH)']);
    wanted.push([hasBotocore(), 'python3-botocore', 'Python 3 with botocore']);
    wanted.push([
      hasPython('prometheus_client'),
      'python3-prometheus-client',
      'Python 3 with prometheus_client, which reads OpenMetrics',
    ]);
    const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
    wanted.push([
      browsers.some((name) => runs(name)),
      'chromium',
      `a browser for the reports (${browsers.join(', ')} on the PATH)`,
    ]);
  }
  const missing = wanted.filter(([there]) => !there);
  if (missing.length > 0) installDebian(missing);
}

/** botocore as a package of its own, or as the AWS CLI 2 brings it. */
function hasBotocore() {
  return hasPython('botocore') || hasPython('awscli.botocore');
}

/** Debian's packages belong to Debian's Python. */
function hasPython(module) {
  return ['python3', '/usr/bin/python3'].some(
    (python) => spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0,
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
  run('node_modules/.bin/node', ['packages/rdb/wasm/build.ts']);
}

/** Installs what is missing, or says all of it at once and ends. */
function installDebian(missing) {
  const names = missing.map(([, name]) => name);
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0 && runs('apt-get');
  if (!debian) {
    console.error('Redrill needs programs that are not on this machine:');
    for (const [, , wanted] of missing) console.error(`  - ${wanted}`);
    console.error(
      `Install them, on Debian or Ubuntu with: sudo apt-get install ${names.join(' ')}\n` +
        'Nothing was installed. Then run the same command again.',
    );
    process.exit(1);
  }
  say(`installing Debian's ${names.join(', ')}`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...names];
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
