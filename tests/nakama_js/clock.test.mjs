// The official client on a device whose clock is ahead, so that it refreshes before each call; run as drive.test.mjs is.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

const { Client } = await import(process.env.NAKAMA_JS ?? "@heroiclabs/nakama-js");
const { hostname, port } = new URL(process.env.SYMBOLON_URL);
const SERVER_KEY = process.env.SYMBOLON_SERVER_KEY ?? "defaultkey";
const AHEAD_MS = 2 * 60 * 60 * 1000;
const CALLS = 14;

const [now, plainFetch] = [Date.now, globalThis.fetch];
const newClient = () => new Client(SERVER_KEY, hostname, port, false, 15_000, true);

// From the `nth` refresh, of what `holds` names: "request" does not leave, or "answer" does not arrive, until released.
function holdRefresh(nth, holds) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const held = { refreshes: 0, release };
  globalThis.fetch = async (url, options) => {
    const isHeld = String(url).includes("/session/refresh") && ++held.refreshes === nth;
    if (isHeld && holds === "request") await released;
    const answer = await plainFetch(url, options);
    if (isHeld && holds === "answer") await released;
    return answer;
  };
  return held;
}

before(() => {
  Date.now = () => now() + AHEAD_MS;
});

after(() => {
  Date.now = now;
  globalThis.fetch = plainFetch;
});

for (const holds of ["request", "answer"]) {
  test(`one ${holds} of fourteen refreshes is held up, and the player stays signed in`, async () => {
    const client = newClient();
    const session = await client.authenticateDevice(`device-${randomUUID()}`, true);
    const held = holdRefresh(2, holds);

    await client.getAccount(session);
    const late = client.getAccount(session);
    for (let call = 2; call < CALLS; call++) await client.getAccount(session);
    held.release();
    await late;
    for (let call = 0; call < 3; call++) await client.getAccount(session);

    assert.equal(held.refreshes, CALLS + 3);
  });
}

test("fourteen calls at once refresh at once, and all are served", async () => {
  const client = newClient();
  const session = await client.authenticateDevice(`device-${randomUUID()}`, true);
  const held = holdRefresh(0, "nothing");

  const accounts = await Promise.all(Array.from({ length: CALLS }, () => client.getAccount(session)));
  await client.getAccount(session);

  assert.deepEqual(new Set(accounts.map(({ user }) => user.id)), new Set([session.user_id]));
  assert.equal(held.refreshes, CALLS + 1);
});
