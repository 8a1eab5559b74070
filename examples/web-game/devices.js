// Another device: it shows a code (RFC 8628), and the player approves it where the game runs already.
import { Session } from "./nakama-js.mjs";
import { span } from "./errors.js";
import { $, onClick, onSubmit, say } from "./page.js";
import { api, deviceId, keep, keepDeviceId, post } from "./session.js";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
let asked = null;

/** `enter` is what to do once this device is signed in. */
export function prepare(enter) {
  onClick("code-in", async () => {
    // A browser that never played has an id to sign in by from now on.
    const id = deviceId() ? "" : crypto.randomUUID();
    const answer = await form("/oauth2/device_authorization", { device_name: "A browser", ...(id && { device_id: id }) });
    if (!answer.ok) throw answer;
    wait(await answer.json(), id, enter);
  });
  $("code-stop").addEventListener("click", stop);
  onSubmit("approve", async ({ code, answer }) => {
    await post("/v2/account/device/approve", { user_code: code.trim(), ...(answer === "no" && { deny: true }) });
    say(answer === "no" ? "That device is refused." : "That device is signed in within a few seconds.");
  }, { 5: "No device waits with this code. Look at it once more: it is good for ten minutes." });
}

export function stop() {
  asked = null;
  $("code-shown").hidden = true;
  $("code-in").hidden = false;
}

async function wait(grant, id, enter) {
  asked = grant;
  $("code").textContent = grant.user_code;
  $("code-page").href = grant.verification_uri_complete;
  $("code-shown").hidden = false;
  $("code-in").hidden = true;
  const until = Date.now() + grant.expires_in * 1000;
  let interval = grant.interval;
  while (asked === grant && Date.now() < until) {
    $("code-left").textContent = span((until - Date.now()) / 1000);
    await new Promise((done) => setTimeout(done, interval * 1000));
    if (asked !== grant) return;
    const answer = await form("/oauth2/token", { grant_type: GRANT, device_code: grant.device_code }).catch(() => null);
    const body = (await answer?.json().catch(() => null)) ?? { error: "no_answer" };
    if (answer?.ok) return entered(body, id, enter);
    if (body.error === "slow_down") interval += 5;
    else if (body.error === "access_denied") return ended("You refused this device.");
    else if (body.error === "expired_token") break;
  }
  if (asked === grant) ended("The code is too old now. Get another one.");
}

async function entered(body, id, enter) {
  stop();
  if (id && body.device_linked) keepDeviceId(id);
  keep(Session.restore(body.token, body.refresh_token));
  await enter();
}

function ended(text) {
  stop();
  say(text, "warn");
}

const form = (path, fields) => fetch(api + path, { method: "POST", body: new URLSearchParams(fields) });
