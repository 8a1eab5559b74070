// The page from its start: the door for who is not signed in, the game for who is.
import * as devices from "./devices.js";
import * as friends from "./friends.js";
import * as lamps from "./lamps.js";
import { $, doing, onClick, onSubmit, say } from "./page.js";
import { call, client, deviceId, hasSession, keep, keepDeviceId, whenGone } from "./session.js";

const WRONG = { 5: "There is no account with this address.", 16: "The password is another.", 3: "That is no e-mail address, or the password is too short." };

async function byDevice() {
  const id = deviceId() || crypto.randomUUID();
  const session = await client.authenticateDevice(id, true);
  keepDeviceId(id);
  keep(session);
  await enter();
  say(session.created ? "Welcome. This is your new account." : "Welcome back.");
}

async function enter() {
  devices.stop();
  $("door").hidden = true;
  $("game").hidden = false;
  await Promise.all([showAccount(), friends.show()]);
}

function door() {
  $("game").hidden = true;
  $("door").hidden = false;
  $("who").hidden = true;
}

async function showAccount() {
  const account = await call((session) => client.getAccount(session));
  const ways = [account.email && `the e-mail address ${account.email}`, account.devices?.length && "this or another device"];
  $("who").textContent = `You are ${account.user.username}`;
  $("who").hidden = false;
  $("rename").elements.username.placeholder = account.user.username;
  $("ways").textContent = `You sign in with ${ways.filter(Boolean).join(" and ") || "a provider"}.`;
  $("email-link").hidden = Boolean(account.email);
}

function prepareAccount() {
  onSubmit("email-in", async ({ email, password }) => {
    keep(await client.authenticateEmail(email, password, false));
    await enter();
  }, WRONG);
  onSubmit("email-link", async ({ email, password }) => {
    await call((session) => client.linkEmail(session, { email, password }));
    await showAccount();
    say("The address is linked. Sign in with it on any device.");
  }, { ...WRONG, 6: "This address belongs to another account. Sign out, and sign in with it." });
  onSubmit("rename", async ({ username }) => {
    await call((session) => client.updateAccount(session, { username }));
    await showAccount();
    say(`You are ${username} now.`);
  }, { 6: "Somebody has this name.", 3: "This name cannot be used." });
}

function prepareLeaving() {
  onClick("leave", async () => {
    await call((session) => client.sessionLogout(session, session.token, session.refresh_token));
    keep(null);
    door();
    say("You are signed out. This browser still finds your account: press Play.");
  });
  $("erase").addEventListener("click", () => $("sure").showModal());
  $("sure").addEventListener("close", () => $("sure").returnValue === "yes" && doing($("erase"), async () => {
    await call((session) => client.deleteAccount(session));
    keep(null);
    localStorage.clear();
    door();
    say("The account is gone.");
  }));
}

function prepareNetwork() {
  const show = () => { $("offline").hidden = navigator.onLine; };
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    if (hasSession()) doing(null, enter);
  });
  show();
}

lamps.prepare();
friends.prepare();
devices.prepare(enter);
prepareAccount();
prepareLeaving();
prepareNetwork();
whenGone(door);
onClick("enter", byDevice, { 7: "This account is banned, or may not play." });
if (hasSession()) doing(null, enter);
else door();
