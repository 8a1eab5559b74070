// What the tests use of node:test, node:assert/strict and node:crypto, for a browser. See browser.html.
const tests = [];
const hooks = { before: [], after: [] };

export const before = (hook) => hooks.before.push(hook);
export const after = (hook) => hooks.after.push(hook);

export function test(name, ...rest) {
  const body = rest.pop();
  if (!rest[0]?.skip) tests.push({ name, body });
}

// Run what was registered since the last time, and give each test's name and why it failed, if it did.
export async function run() {
  const [mine, first, last] = [tests.splice(0), hooks.before.splice(0), hooks.after.splice(0)];
  const results = [];
  for (const hook of first) await hook();
  for (const { name, body } of mine) {
    results.push({ name, failure: await body().then(() => "", (reason) => String(reason?.stack ?? reason)) });
  }
  for (const hook of last) await hook();
  return results;
}

// Members in any order, and sets, are alike when what they hold is; undefined is not the same as nothing.
function written(value) {
  if (value === undefined) return "undefined";
  if (value instanceof Set) return `set of ${written([...value])}`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join()}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${written(value[key])}`).join()}}`;
}

function fail(message) {
  throw new Error(message);
}

function same(actual, expected) {
  const [got, wanted] = [written(actual), written(expected)];
  if (got !== wanted) fail(`${got} is not ${wanted}`);
}

function differ(actual, other) {
  if (written(actual) === written(other)) fail(`${written(actual)} twice`);
}

export default {
  equal: same,
  deepEqual: same,
  notEqual: differ,
  ok: (value) => value || fail(`${written(value)} is not true`),
  fail,
};

export const randomUUID = () => crypto.randomUUID();
