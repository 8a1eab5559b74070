// The page's parts, and what is said on it.
import { explain } from "./errors.js";

export const $ = (id) => document.getElementById(id);

/** Say something above the page: `kind` is "", "warn" or "bad". */
export function say(text, kind = "", detail = "") {
  const note = $("note");
  note.className = `note ${kind}`;
  note.replaceChildren(element("p", text));
  if (detail) note.append(element("small", `The server says: ${detail}`));
  note.hidden = !text;
  if (text) note.scrollIntoView?.({ block: "nearest" });
}

export function element(name, text = "", attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
}

/** Do something once at a time for a button, and say so when it fails; true where it did not. */
export async function doing(button, work, own) {
  if (button) button.disabled = true;
  try {
    say("");
    await work();
    return true;
  } catch (error) {
    const { text, detail } = await explain(error, own);
    say(text, "bad", detail);
    return false;
  } finally {
    if (button) button.disabled = false;
  }
}

export const onClick = (id, work, own) => $(id).addEventListener("click", () => doing($(id), work, own));

/** Have a form do something with its fields; it is empty again when that went well. */
export function onSubmit(id, work, own) {
  const form = $(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button");
    const fields = { ...Object.fromEntries(new FormData(form)), answer: button.value };
    if (await doing(button, () => work(fields), own)) form.reset();
  });
}
