// What a module of Node has, by its types and by the module itself: functions, classes, members, events, options, constants.
//
//   npm install --prefix /tmp/types @types/node@26 typescript@5
//   NODE_PATH=/tmp/types/node_modules node --experimental-eventsource tools/inventory.cjs [module ...]
//
// Writes tests/data/inventory/MODULE.json ("/" of a name is "_"): name to kind, such as "Interface.prompt": "method",
// "Interface 'line'": "event", "ReadLineOptions.crlfDelay": "option"; and since which Node a name is there, where the
// types say so. tests/test_inventory.py reads the names, docs/_ext the versions too. Without a module's name also
// tests/data/node-modules.json: what the modules export that neither these files nor node-api.json have.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const ts = require('typescript');

const MODULES = ['buffer', 'child_process', 'cluster', 'crypto', 'fs', 'fs/promises', 'perf_hooks', 'querystring', 'readline', 'readline/promises', 'string_decoder', 'url', 'util', 'util/types', 'zlib', 'globals'];
const TYPES = path.dirname(require.resolve('@types/node/package.json'));
const OUTPUT = path.join(__dirname, '../tests/data/inventory');

const nameOf = (node) => {
  const text = node.name ? node.name.getText() : '';
  return text.startsWith('[Symbol.') ? '@@' + text.slice(8, -1) : text.replace(/^['"]|['"]$/g, '');
};
const isHidden = (node) => (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
/** `var Name: { new(…): Name; … }`, as the types write a class that is a global. */
const isClassLike = ({ type }) => type !== undefined && ts.isTypeLiteralNode(type) && type.members.some(ts.isConstructSignatureDeclaration);
const variablesOf = (statements) => statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => [...declarationList.declarations]);
/** The oldest release of a tag such as `@since v13.4.0, v12.16.0`. */
const sinceOf = (node) => {
  const tag = node && ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'since');
  const versions = tag ? String(ts.getTextOfJSDocComment(tag.comment)).match(/v\d+\.\d+\.\d+/g) ?? [] : [];
  return versions.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))[0];
};
const isStatic = (node) => (node.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);

/** The bodies of `declare module "node:NAME"`, with what they declare globally. */
function bodiesOf(name) {
  const bodies = [];
  const files = [`${name}.d.ts`, ...(name === 'buffer' ? ['buffer.buffer.d.ts'] : [])];
  for (const file of files) {
    const source = ts.createSourceFile(file, fs.readFileSync(path.join(TYPES, file), 'utf8'), ts.ScriptTarget.Latest, true);
    for (const { name: { text }, body } of source.statements.filter(ts.isModuleDeclaration)) {
      if (text === `node:${name}`) bodies.push(body);
    }
  }
  return bodies.flatMap((body) => [body, ...body.statements.filter((each) => ts.isModuleDeclaration(each) && each.name.text === 'global').map((each) => each.body)]);
}

class Inventory {
  constructor(name) {
    this.found = new Map();
    this.since = new Map();
    const statements = bodiesOf(name).flatMap((body) => [...body.statements]);
    const classes = [...statements.filter(ts.isClassDeclaration), ...variablesOf(statements).filter(isClassLike)];
    this.classes = new Set(classes.map(nameOf).concat(name === 'buffer' ? ['Buffer'] : []));
    for (const each of statements) this.addStatement(each);
    // What the types lack: the newest, and the deprecated.
    const live = require(name);
    for (const key of Object.keys(live)) {
      const kind = typeof live[key] !== 'function' ? 'constant' : /^[A-Z][a-z]/.test(key) ? 'class' : 'function';
      if (!this.found.has(key)) this.add(key, kind);
    }
    for (const key of Object.keys(live.constants ?? {})) this.add(`constants.${key}`, 'constant');
  }

  add(name, kind, node) {
    if (/^_|\._|\[/.test(name)) return;
    if (!this.found.has(name)) this.found.set(name, kind);
    const since = sinceOf(node);
    if (since && !this.since.has(name)) this.since.set(name, since);
  }

  addStatement(node) {
    if (ts.isFunctionDeclaration(node)) this.add(nameOf(node), 'function', node);
    else if (ts.isClassDeclaration(node)) this.addClass(node);
    else if (ts.isInterfaceDeclaration(node)) this.addInterface(node);
    else if (ts.isVariableStatement(node)) for (const each of node.declarationList.declarations) this.addVariable(each);
    else if (ts.isModuleDeclaration(node) && node.body) this.addNamespace(node);
  }

  addVariable(node) {
    const name = nameOf(node);
    this.add(name, this.classes.has(name) ? 'class' : 'constant', node.parent.parent);
    if (!node.type || !ts.isTypeLiteralNode(node.type)) return;
    for (const each of node.type.members) {
      if (each.name && nameOf(each) !== 'prototype') this.add(`${name}.${nameOf(each)}`, this.classes.has(name) ? 'static' : 'constant');
    }
  }

  addNamespace(node) {
    const outer = nameOf(node);
    if (outer === 'global' || outer === 'NodeJS') return;
    for (const each of node.body.statements) {
      if (ts.isFunctionDeclaration(each) && nameOf(each) !== '__promisify__') this.add(`${outer}.${nameOf(each)}`, 'function', each);
      if (ts.isVariableStatement(each)) for (const one of each.declarationList.declarations) this.add(`${outer}.${nameOf(one)}`, 'constant', each);
    }
  }

  addClass(node) {
    const name = nameOf(node);
    this.add(name, 'class', node);
    for (const each of node.members) {
      if (ts.isConstructorDeclaration(each) || isHidden(each)) continue;
      this.add(`${name}.${nameOf(each)}`, ts.isMethodDeclaration(each) ? (isStatic(each) ? 'static' : 'method') : 'property', each);
    }
  }

  addInterface(node) {
    const name = nameOf(node).replace(/Constructor$/, '');
    const events = /^(.*)EventMap$/.exec(name);
    if (events) {
      for (const each of node.members) this.add(`${events[1]} '${nameOf(each)}'`, 'event', each);
      return;
    }
    const isClass = this.classes.has(name);
    if (isClass) this.add(name, 'class', node);
    for (const each of node.members) {
      if (!each.name) continue; // what can be called or constructed
      const kind = isClass || ts.isMethodSignature(each) ? (ts.isMethodSignature(each) ? 'method' : 'property') : /Options?$/.test(name) ? 'option' : 'field';
      this.add(`${name}.${nameOf(each)}`, nameOf(node).endsWith('Constructor') ? 'static' : kind, each);
    }
  }
}

/** Node's globals that are not the language's, with the members of their classes. */
function globalsOf() {
  const found = new Map();
  const language = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !language.has(name) && name !== 'global');
  const nameOfKey = (key) => (typeof key === 'string' ? key : key.description.startsWith('Symbol.') ? '@@' + key.description.slice(7) : '');
  const keysOf = (object) => Reflect.ownKeys(object).map(nameOfKey).filter((key) => key && !['constructor', '@@toStringTag'].includes(key));
  for (const name of names) {
    const live = globalThis[name];
    const isClass = typeof live === 'function' && /^[A-Z]/.test(name);
    found.set(name, isClass ? 'class' : typeof live === 'function' ? 'function' : 'constant');
    if (!isClass || name === 'Buffer') continue; // a module of its own
    for (const key of keysOf(live.prototype)) found.set(`${name}.${key}`, 'member');
    for (const key of keysOf(live)) if (!['length', 'name', 'prototype'].includes(key)) found.set(`${name}.${key}`, 'static');
  }
  return found;
}

/** Since when there are globals that the types explain elsewhere, `process` and the streams of the web. */
function sinceOfGlobals() {
  const found = new Map();
  const visit = (node) => {
    const owner = node.parent && node.parent.name ? `${nameOf(node.parent)}.`.replace(/^Process\./, 'process.').replace(/^.*[-:/].*$|^NodeJS\.$|^global\.$/, '') : '';
    const since = node.name && sinceOf(node);
    if (since && !found.has(owner + nameOf(node))) found.set(owner + nameOf(node), since);
    ts.forEachChild(node, visit);
  };
  for (const file of ['process.d.ts', 'stream/web.d.ts']) {
    visit(ts.createSourceFile(file, fs.readFileSync(path.join(TYPES, file), 'utf8'), ts.ScriptTarget.Latest, true));
  }
  return found;
}

fs.mkdirSync(OUTPUT, { recursive: true });
const version = JSON.parse(fs.readFileSync(path.join(TYPES, 'package.json'))).version;
for (const name of process.argv.length > 2 ? process.argv.slice(2) : MODULES) {
  const { found, since } = name === 'globals' ? { found: globalsOf(), since: sinceOfGlobals() } : new Inventory(name);
  const sorted = (map) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = JSON.stringify({ node: process.version, types: version, names: sorted(found), since: sorted(since) }, null, 1);
  fs.writeFileSync(path.join(OUTPUT, name.replace('/', '_') + '.json'), text + '\n');
}

/** What a module exports, and the members of its classes. */
function exportsOf(name) {
  const live = require(name);
  const members = (key) => (typeof live[key] === 'function' && live[key].prototype ? Object.getOwnPropertyNames(live[key].prototype) : []);
  const all = Object.keys(live).flatMap((key) => [key, ...members(key).filter((each) => each !== 'constructor').map((each) => `${key}.${each}`)]);
  return all.filter((each) => !/(^|\.)_/.test(each)).sort();
}

if (process.argv.length === 2) {
  const { entries } = JSON.parse(fs.readFileSync(path.join(OUTPUT, '../node-api.json')));
  const listed = new Set([...MODULES, ...entries.map(({ module }) => module.replace('.', '/'))]);
  const others = require('module').builtinModules.filter((name) => !/^_|^constants$|\/(posix|win32|strict)$/.test(name) && !listed.has(name));
  const names = Object.fromEntries(others.sort().map((name) => [name, exportsOf(name)]));
  fs.writeFileSync(path.join(OUTPUT, '../node-modules.json'), JSON.stringify({ node: process.version, names }, null, 1) + '\n');
}
