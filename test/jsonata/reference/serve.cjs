// Evaluates expressions with jsonata.js: reads one JSON array of cases per line, and answers with one array of outcomes.
// The library runs in a context of its own, where a time limit also ends loops between promises.
'use strict';
const fs = require('fs');
const vm = require('vm');
const readline = require('readline');

const now = Date.UTC(2026, 2, 14, 15, 9, 26, 535);
const limit = Number(process.argv[3] || 2000);

// inTurn changes the library so that the items of an array and the members of an object are evaluated one after the
// other: which of several errors is told is then that of the first, and not that of the one with the fewest promises.
function inTurn(source) {
  let changed = 0;
  const text = source.replace(/await Promise\.all\((expr\.expressions|Object\.keys\(groups\))\s*\.map\(/g, (_, list) => {
    changed++;
    return `await (async (list, f) => {
      const all = [];
      for (let i = 0; i < list.length; i++) all.push(await f(list[i], i));
      return all;
    })(${list}, (`;
  });
  if (changed !== 2) throw new Error(`the library has ${changed} of 2 places to change`);
  return text;
}

function load(turn) {
  const context = vm.createContext({ global: { Buffer }, now }, { microtaskMode: 'afterEvaluate' });
  vm.runInContext(`
    // The time is always the same: $now() and what is filled in where a time is not written out.
    Date = class extends Date {
      constructor(...args) { super(...(args.length ? args : [now])); }
    };
    // So are random numbers: those of package subject.
    var bits;
    Math.random = () => {
      bits = BigInt.asUintN(64, bits * 6364136223846793005n + 1442695040888963407n);
      return Number(bits >> 11n) / 2 ** 53;
    };
    var exports = {}, module = { exports }, outcome, work;
    // encode gives what a result is: no JSON are functions, numbers that are not finite, and nothing inside of an array.
    function encode(v) {
      let odd, deep = 0;
      const look = (x, inside) => {
        if (x === undefined) { if (inside) odd = odd || 'hole'; return; }
        if (typeof x === 'function') { odd = 'function'; return; }
        if (typeof x === 'number' && !Number.isFinite(x)) { odd = odd || 'number'; return; }
        if (x === null || typeof x !== 'object') return;
        if (x._jsonata_lambda || x._jsonata_function) { odd = 'function'; return; }
        if (++deep > 500) throw new RangeError('a cycle');
        if (Array.isArray(x)) for (let i = 0; i < x.length; i++) look(x[i], true);
        else for (const k of Object.keys(x)) look(x[k], false);
        deep--;
      };
      if (v === undefined) return '{"none":true}';
      look(v, false);
      return odd ? '{"odd":"' + odd + '"}' : '{"value":' + JSON.stringify(v) + '}';
    }
    function failure(e) {
      const o = e && typeof e.code === 'string' ? { code: e.code } : { crash: String(e && e.message || e) };
      if (o.code) {
        o.message = String(e.message || '');
        if (typeof e.position === 'number') o.position = e.position;
        if (e.token !== undefined) o.token = String(e.token);
      }
      return JSON.stringify(o);
    }
    function run() {
      outcome = undefined;
      bits = 1n;
      try {
        const e = module.exports(work.expr);
        const data = work.data === undefined ? undefined : JSON.parse(work.data);
        e.evaluate(data, work.vars === undefined ? undefined : JSON.parse(work.vars)).then(
          (v) => { try { outcome = encode(v); } catch (e) { outcome = failure(e); } },
          (e) => { outcome = failure(e); });
      } catch (e) { outcome = failure(e); }
    }`, context);
  const source = fs.readFileSync(process.argv[2], 'utf8');
  vm.runInContext(turn ? inTurn(source) : source, context);
  return context;
}

const start = new vm.Script('run()');
const contexts = {};

function answer(work) {
  const kind = work.turn ? 'turn' : 'plain';
  const context = contexts[kind] = contexts[kind] || load(work.turn);
  context.work = work;
  try {
    start.runInContext(context, { timeout: limit });
  } catch (e) {
    delete contexts[kind];
    return '{"late":true}';
  }
  return context.outcome === undefined ? '{"late":true}' : context.outcome;
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  process.stdout.write('[' + JSON.parse(line).map(answer).join(',') + ']\n');
});
