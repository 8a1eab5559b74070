// The same hook in JavaScript: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.

const testers = new Set((process.env.TESTERS ?? "").split(" "));

export const before = async (event) => {
  const words = event.identity.provider === "steam" ? objection(event.said) : "";
  if (words) return { allow: false, message: words };
  if (event.before === "link") return { allow: true };
  const role = testers.has(event.account?.user_id) ? "tester" : "player";
  return { allow: true, vars: { ...event.vars, role } };
};

const objection = (said) => {
  if (said.vacbanned) return "This Steam account has a VAC ban.";
  if (said.ownersteamid !== said.steamid) return "Buy the game to play online: a borrowed one plays offline.";
  return "";
};
