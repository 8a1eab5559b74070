// Who plays: the device's id and the session's tokens, kept from one start to the next.
import { Client, Session } from "./nakama-js.mjs";
import { config } from "./config.js";

export const api = `${config.ssl ? "https" : "http"}://${config.host}:${config.port}`;
export const client = new Client(config.serverKey, config.host, config.port, config.ssl);

let session = restored();
let gone = () => {};

/** Say what to do when the session cannot go on. */
export const whenGone = (work) => { gone = work; };
export const hasSession = () => session !== null;

/** The id of this browser: "" where it never signed in. */
export const deviceId = () => localStorage.getItem("device_id") ?? "";
export const keepDeviceId = (id) => localStorage.setItem("device_id", id);

export function keep(next) {
  session = next;
  for (const name of ["token", "refresh_token"]) {
    if (next) localStorage.setItem(name, next[name]);
    else localStorage.removeItem(name);
  }
}

/** Do something with the session. A refresh gives new tokens, which are kept whatever comes of it. */
export async function call(work) {
  const before = session;
  const token = before.refresh_token;
  try {
    return await work(before);
  } catch (error) {
    if (error instanceof Response && error.status === 401 && session === before) {
      keep(null);
      gone();
    }
    throw error;
  } finally {
    if (session === before && before.refresh_token !== token) keep(before);
  }
}

/** Ask for what nakama-js has no method for; JSON in and out. Rejects with the Response, as nakama-js does. */
export const post = (path, body) => call(async (current) => {
  if (current.isexpired(Date.now() / 1000 + 60)) current = await client.sessionRefresh(current);
  const headers = { authorization: `Bearer ${current.token}`, "content-type": "application/json" };
  const answer = await fetch(api + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw answer;
  return answer.json();
});

function restored() {
  const [token, refresh] = ["token", "refresh_token"].map((name) => localStorage.getItem(name));
  try {
    return token && refresh ? Session.restore(token, refresh) : null;
  } catch {
    return null; // somebody has changed what was kept
  }
}
