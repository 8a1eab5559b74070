// What nakama-js's own tests ask of procedures, against a server with those of examples/procedures:
// PROCEDURES=examples/procedures make serve
// SYMBOLON_URL=http://127.0.0.1:7350 node --test --test-force-exit procedures.mjs
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

const { Client } = await import(process.env.NAKAMA_JS ?? "@heroiclabs/nakama-js");
const { hostname, port } = new URL(process.env.SYMBOLON_URL);
const client = new Client(process.env.SYMBOLON_SERVER_KEY ?? "defaultkey", hostname, port, false, 15_000, false);

test("a player calls a procedure", async () => {
  const session = await client.authenticateCustom(randomUUID());

  const answer = await client.rpc(session, "clientrpc.rpc_get", {});

  assert.deepEqual(answer.payload, { message: "PONG" });
});

test("a player sends a payload and gets it back", async () => {
  const session = await client.authenticateCustom(randomUUID());

  const answer = await client.rpc(session, "clientrpc.rpc", { hello: "world" });

  assert.deepEqual(answer.payload, { hello: "world" });
});

test("a server calls a procedure with the http key", async () => {
  const answer = await client.rpcHttpKey(process.env.SYMBOLON_HTTP_KEY ?? "defaulthttpkey", "clientrpc.rpc_get");

  assert.deepEqual(answer.payload, { message: "PONG" });
});

test("a procedure of the studio's own keeps a score", async () => {
  const session = await client.authenticateCustom(randomUUID());

  await client.rpc(session, "scores/submit", { score: 7 });
  const answer = await client.rpc(session, "scores/mine", {});

  assert.deepEqual(answer.payload, { best: 7 });
});
