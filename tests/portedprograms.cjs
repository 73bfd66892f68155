// Records what the programs in tests/portedprograms/*.js print: node tests/portedprograms.cjs
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = path.join(__dirname, 'portedprograms');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ported-'));
const recorded = {};
for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.js')).sort()) {
  fs.copyFileSync(path.join(folder, file), path.join(scratch, file));
  const { status, stdout } = spawnSync(process.execPath, ['--no-warnings', path.join(scratch, file)], { encoding: 'utf8', timeout: 20_000 });
  if (status === null) throw new Error(`${file} does not end`);
  recorded[path.parse(file).name] = [status, ...stdout.split('\n').slice(0, -1)];
}
fs.rmSync(scratch, { recursive: true });
fs.writeFileSync(path.join(__dirname, 'data', 'ported-programs.json'), JSON.stringify(recorded, null, 1) + '\n');
