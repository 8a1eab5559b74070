// What went wrong, in words for the player. docs/engines/javascript.md has the kinds of errors.
const BY_CODE = {
  3: "That cannot be right.",
  5: "There is no such account, or the password is another.",
  6: "That is taken already.",
  7: "This is not allowed for your account.",
  9: "The server is not set up for this yet.",
  16: "You were signed out. Sign in again.",
};

/** Give {text, detail} for an error; `own` has better words for a code where the place knows more. */
export async function explain(error, own = {}) {
  if (!(error instanceof Response)) return unreachable(error);
  const { code, message = "" } = await error.clone().json().catch(() => ({}));
  if (error.status === 429 || code === 8) return { text: `Too often. ${later(error)}`, detail: message };
  if (error.status >= 500) return { text: `The server has trouble. ${later(error)}`, detail: message };
  return { text: own[code] ?? BY_CODE[code] ?? "The server refused that.", detail: message };
}

function unreachable(error) {
  if (!navigator.onLine) return { text: "You are offline. Try again when the network is back.", detail: "" };
  if (error instanceof TypeError || /time/i.test(String(error))) {
    return { text: "The server does not answer. Is it running, and does it allow this page?", detail: "" };
  }
  console.error(error);
  return { text: "Something in the game went wrong.", detail: String(error) };
}

function later(answer) {
  const seconds = Number(answer.headers.get("retry-after"));
  return seconds > 0 ? `Try again in ${span(seconds)}.` : "Try again in a moment.";
}

/** Give so many seconds in words. */
export function span(seconds) {
  if (seconds < 90) return seconds === 1 ? "one second" : `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
