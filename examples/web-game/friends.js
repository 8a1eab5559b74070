// Friends: who they are, inviting, accepting, letting go.
import { $, doing, element, onSubmit, say } from "./page.js";
import { call, client } from "./session.js";

// As Nakama numbers them: docs.heroiclabs.com, "Friends".
const STATES = ["", "has not answered yet", "wants to be your friend", "blocked"];

export function prepare() {
  onSubmit("befriend", async ({ username }) => {
    await call((session) => client.addFriends(session, [], [username]));
    await show();
    say(`${username} is invited.`);
  }, { 3: "Nobody else has this name." });
}

export async function show() {
  const { friends = [] } = await call((session) => client.listFriends(session, undefined, 100));
  $("friends").replaceChildren(...friends.map(row));
  $("alone").hidden = friends.length > 0;
}

function row({ state = 0, user }) {
  const line = element("li");
  line.append(element("strong", user.username), element("small", STATES[state] ?? ""));
  if (state === 2) line.append(button("Accept", user, () => call((session) => client.addFriends(session, [user.id]))));
  line.append(button("Remove", user, () => call((session) => client.deleteFriends(session, [user.id]))));
  return line;
}

function button(text, user, work) {
  const made = element("button", text, { type: "button" });
  made.setAttribute("aria-label", `${text} ${user.username}`);
  made.addEventListener("click", () => doing(made, async () => {
    await work();
    await show();
  }));
  return made;
}
