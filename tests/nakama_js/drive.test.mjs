// The official client against a running server, whose key is SYMBOLON_SERVER_KEY unless it is Nakama's default:
// SYMBOLON_URL=http://127.0.0.1:7350 node --test --test-force-exit drive.test.mjs
// NAKAMA_JS=nakama-js-2.7.1 takes another release of the client. browser.html runs the same in a browser.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

const { Client, Session } = await import(process.env.NAKAMA_JS ?? "@heroiclabs/nakama-js");
const { hostname, port } = new URL(process.env.SYMBOLON_URL);
const SERVER_KEY = process.env.SYMBOLON_SERVER_KEY ?? "defaultkey";
const PASSWORD = "correct horse battery";
const TIMEOUT_MS = 15_000;

const client = newClient(SERVER_KEY);

function newClient(serverKey) {
  return new Client(serverKey, hostname, port, false, TIMEOUT_MS, false);
}

const newId = (kind) => `${kind}-${randomUUID()}`;
const newAddress = () => `${randomUUID()}@example.com`;
const newPlayer = () => client.authenticateDevice(newId("device"), true);

// A test of what a release of the client does not know is skipped.
const since = (method) => ({ skip: method in client ? false : `this release has no ${method}` });

// The client rejects with the Response: this gives what a game would show of it.
async function refusal(promise) {
  const response = await promise.then(
    () => assert.fail("the server should have refused"),
    (reason) => reason,
  );
  const { code, message } = await response.json();
  return { status: response.status, code, message };
}

test("a device signs in twice and has one account", async () => {
  const id = newId("device");
  const first = await client.authenticateDevice(id, true, "js_" + id.slice(-12));
  const second = await client.authenticateDevice(id, true);

  assert.equal(first.created, true);
  assert.equal(second.created, false);
  assert.equal(second.user_id, first.user_id);
  assert.equal(first.username, "js_" + id.slice(-12));
  assert.equal(first.isexpired(Date.now() / 1000), false);
  assert.ok(first.refresh_expires_at > first.expires_at);
});

test("a device without an account is not found when none may be created", async () => {
  const refused = await refusal(client.authenticateDevice(newId("device"), false));

  assert.deepEqual(refused, { status: 404, code: 5, message: "User account not found." });
});

test("an address signs in with its password, by itself and by username", async () => {
  const address = newAddress();
  const username = newId("name").slice(0, 20);
  const first = await client.authenticateEmail(address, PASSWORD, true, username);
  const byAddress = await client.authenticateEmail(address, PASSWORD, false);
  const byName = await client.authenticateEmail("", PASSWORD, false, username);

  assert.equal(first.created, true);
  assert.equal(byAddress.user_id, first.user_id);
  assert.equal(byName.user_id, first.user_id);
});

test("a wrong password is refused", async () => {
  const address = newAddress();
  await client.authenticateEmail(address, PASSWORD, true);

  const refused = await refusal(client.authenticateEmail(address, "not the password", true));

  assert.deepEqual(refused, { status: 401, code: 16, message: "Invalid credentials." });
});

test("a custom id signs in and its variables are in the session", async () => {
  const session = await client.authenticateCustom(newId("custom"), true, undefined, { region: "eu" });

  assert.equal(session.created, true);
  assert.deepEqual(session.vars, { region: "eu" });
});

// What base64 without base64url, or without UTF-8, garbles, at each of the three places that a byte can have.
const ODD = ["Zoë", "山田 太郎", "Ωmega", "🦊 fox", "👨‍👩‍👧", "e\u0301", "a?", "ab?", "abc?", "a>", "ab>", "abc>", "a~", "ab~", "abc~"];
const ODDER = ["???", "~~~~", ">>>>>", "?~>".repeat(9), "é?é>é~é", "\\?", '"~"', "\\u003f", "\\\\~", "Ã©", "a b", "<b>~&amp;?"];

test("odd names and variables are in the session as they were given, after a refresh too", async () => {
  for (const name of [...ODD, ...ODDER]) {
    const username = `${name} ${randomUUID().slice(0, 8)}`;
    const variables = { [name]: name, deleted: "\x7f".repeat(3) };
    const session = await client.authenticateCustom(newId("custom"), true, username, variables);
    const { username: first, vars } = session;
    await client.sessionRefresh(session);

    const kept = username.normalize("NFC");
    assert.deepEqual([first, session.username], [kept, kept]);
    assert.deepEqual([vars, session.vars], [variables, variables]);
    assert.equal((await client.getAccount(session)).user.username, kept);
  }
});

test("a wrong server key is refused", async () => {
  const refused = await refusal(newClient("another").authenticateCustom(newId("custom"), true));

  assert.deepEqual(refused, { status: 401, code: 16, message: "Server key invalid" });
});

test("identities are linked, sign in to the account, and are unlinked", async () => {
  const [device, second, custom, address] = [newId("device"), newId("device"), newId("custom"), newAddress()];
  const session = await client.authenticateDevice(device, true);

  assert.ok(await client.linkDevice(session, { id: second }));
  assert.ok(await client.linkCustom(session, { id: custom }));
  assert.ok(await client.linkEmail(session, { email: address, password: PASSWORD }));
  const linked = await client.getAccount(session);
  const sameAccount = [
    await client.authenticateDevice(second, false),
    await client.authenticateCustom(custom, false),
    await client.authenticateEmail(address, PASSWORD, false),
  ];
  assert.ok(await client.unlinkDevice(session, { id: device }));
  assert.ok(await client.unlinkCustom(session, { id: custom }));
  const left = await client.getAccount(session);

  assert.deepEqual(linked.devices.map(({ id }) => id).sort(), [device, second].sort());
  assert.equal(linked.custom_id, custom);
  assert.equal(linked.email, address);
  assert.deepEqual(sameAccount.map(({ user_id }) => user_id), Array(3).fill(session.user_id));
  assert.deepEqual(left.devices.map(({ id }) => id), [second]);
  assert.equal(left.custom_id, undefined);
  assert.equal((await refusal(client.authenticateCustom(custom, false))).status, 404);
});

test("an identity of another account cannot be linked", async () => {
  const custom = newId("custom");
  await client.authenticateCustom(custom, true);

  const refused = await refusal(client.linkCustom(await newPlayer(), { id: custom }));

  assert.deepEqual([refused.status, refused.code], [409, 6]);
});

test("the last identity cannot be unlinked", async () => {
  const device = newId("device");
  const session = await client.authenticateDevice(device, true);

  const refused = await refusal(client.unlinkDevice(session, { id: device }));

  assert.deepEqual([refused.status, refused.code], [403, 7]);
  assert.equal((await client.getAccount(session)).devices.length, 1);
});

test("a session is refreshed and sees the new name", async () => {
  const session = await newPlayer();
  const [account, username] = [session.user_id, newId("name").slice(0, 20)];
  const before = session.refresh_token;
  await client.updateAccount(session, { username });

  const refreshed = await client.sessionRefresh(session);

  assert.equal(refreshed.user_id, account);
  assert.equal(refreshed.username, username);
  assert.notEqual(refreshed.refresh_token, before);
  assert.equal((await client.getAccount(refreshed)).user.username, username);
});

test("the client refreshes a session by itself when it is about to expire", async () => {
  const eager = new Client(SERVER_KEY, hostname, port, false, TIMEOUT_MS, true);
  eager.expiredTimespanMs = 24 * 3600 * 1000;
  const session = await eager.authenticateDevice(newId("device"), true);
  const before = session.refresh_token;

  const [one, two] = await Promise.all([eager.getAccount(session), eager.getAccount(session)]);

  assert.equal(one.user.id, two.user.id);
  assert.notEqual(session.refresh_token, before);
});

test("a session that was logged out is of no use", async () => {
  const { token, refresh_token } = await newPlayer();
  const session = Session.restore(token, refresh_token);

  assert.ok(await client.sessionLogout(session, token, refresh_token));

  assert.equal((await refusal(client.getAccount(session))).status, 401);
  assert.equal((await refusal(client.sessionRefresh(session))).status, 401);
});

test("an account shows what was updated, to others as well", async () => {
  const [session, other] = [await newPlayer(), await newPlayer()];
  const change = { display_name: "Ada É", avatar_url: "https://example.com/a.png", location: "London", timezone: "Z" };

  assert.ok(await client.updateAccount(session, change));
  const { user } = await client.getAccount(session);
  const { users } = await client.getUsers(other, [session.user_id]);
  const byName = await client.getUsers(other, [], [session.username]);

  assert.deepEqual(
    [user.display_name, user.avatar_url, user.location, user.timezone],
    ["Ada É", "https://example.com/a.png", "London", "Z"],
  );
  assert.deepEqual([users.length, users[0].display_name], [1, "Ada É"]);
  assert.equal(byName.users[0].id, session.user_id);
});

test("a deleted account is gone and its identity is free again", since("deleteAccount"), async () => {
  const device = newId("device");
  const session = await client.authenticateDevice(device, true);

  assert.ok(await client.deleteAccount(session));
  const again = await client.authenticateDevice(device, true);

  assert.equal(again.created, true);
  assert.notEqual(again.user_id, session.user_id);
});

test("friends of friends are found, and by whom", since("listFriendsOfFriends"), async () => {
  const [session, other, third] = [await newPlayer(), await newPlayer(), await newPlayer()];
  for (const friend of [other, third]) {
    await client.addFriends(session, [friend.user_id]);
    await client.addFriends(friend, [session.user_id]);
  }

  const { friends_of_friends } = await client.listFriendsOfFriends(other, 10);
  const [found] = friends_of_friends.filter(({ user }) => user.id === third.user_id);

  assert.deepEqual([found.referrer, found.user.username], [session.user_id, third.username]);
});

test("players become friends, list each other page by page, part and block", async () => {
  const [session, other, third] = [await newPlayer(), await newPlayer(), await newPlayer()];

  assert.ok(await client.addFriends(session, [other.user_id], [third.username]));
  assert.ok(await client.addFriends(other, [session.user_id]));
  const { friends } = await client.listFriends(session, 0, 100);
  const first = await client.listFriends(session, undefined, 1);
  const second = await client.listFriends(session, undefined, 1, first.cursor);
  const { user } = await client.getAccount(session);

  assert.deepEqual([friends.length, friends[0].user.id, friends[0].state], [1, other.user_id, 0]);
  const listed = [...first.friends, ...second.friends].map((friend) => friend.user.id);
  assert.deepEqual(listed.sort(), [other.user_id, third.user_id].sort());
  assert.equal(user.edge_count, 1);

  assert.ok(await client.blockFriends(session, [other.user_id]));
  assert.ok(await client.deleteFriends(session, [], [third.username]));
  const left = await client.listFriends(session, undefined, 100);
  const others = await client.listFriends(other, undefined, 100);

  assert.deepEqual(left.friends.map((friend) => friend.state), [3]);
  assert.deepEqual(others.friends, []);
});
