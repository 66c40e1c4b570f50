// Measures jsonata.js: reads one work per line, {expr, input, vars, ms}, and answers {ns, value}: nanoseconds per
// evaluation of the compiled expression.
'use strict';
const readline = require('readline');
const jsonata = require(process.argv[2]);

// partition is Step Functions' own function, as one would write it for jsonata.js.
function partition(list, size) {
  const all = [];
  for (let i = 0; i < list.length; i += size) all.push(list.slice(i, i + size));
  return all;
}

async function measure(work) {
  const e = jsonata(work.expr);
  e.registerFunction('partition', partition, '<an:a>');
  const input = work.input ? JSON.parse(work.input) : undefined;
  const vars = JSON.parse(work.vars);
  const value = await e.evaluate(input, vars);
  let n = 1, ns = 0;
  for (;;) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < n; i++) await e.evaluate(input, vars);
    ns = Number(process.hrtime.bigint() - start);
    if (ns >= work.ms * 1e6) return { ns: ns / n, value };
    n = Math.max(n + 1, Math.min(n * 10, Math.ceil(n * 1.2 * work.ms * 1e6 / Math.max(ns, 1))));
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await measure(JSON.parse(line))) + '\n');
  }
})();
