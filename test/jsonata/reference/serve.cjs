// Evaluates expressions with jsonata.js: reads one JSON array of cases per line, and answers with one array of outcomes.
// The library runs in a context of its own, where a time limit also ends loops between promises.
'use strict';
const fs = require('fs');
const vm = require('vm');
const readline = require('readline');

const limit = Number(process.argv[3] || 2000);

function load() {
  const context = vm.createContext({ global: { Buffer } }, { microtaskMode: 'afterEvaluate' });
  vm.runInContext(`
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
      if (e && typeof e.code === 'string') o.message = String(e.message || '');
      return JSON.stringify(o);
    }
    function run() {
      outcome = undefined;
      try {
        const e = module.exports(work.expr);
        const data = work.data === undefined ? undefined : JSON.parse(work.data);
        e.evaluate(data, work.vars === undefined ? undefined : JSON.parse(work.vars)).then(
          (v) => { try { outcome = encode(v); } catch (e) { outcome = failure(e); } },
          (e) => { outcome = failure(e); });
      } catch (e) { outcome = failure(e); }
    }`, context);
  vm.runInContext(fs.readFileSync(process.argv[2], 'utf8'), context);
  return context;
}

const start = new vm.Script('run()');
let context = load();

function answer(work) {
  context.work = work;
  try {
    start.runInContext(context, { timeout: limit });
  } catch (e) {
    context = load();
    return '{"late":true}';
  }
  return context.outcome === undefined ? '{"late":true}' : context.outcome;
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  process.stdout.write('[' + JSON.parse(line).map(answer).join(',') + ']\n');
});
