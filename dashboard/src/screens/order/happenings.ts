import type { HistoryLine, ShownOrder } from "../../api/types";
import type { Words } from "../../words/en";

export interface Happening {
  at: string;
  title: string;
  /** Why, in the server's words. */
  reason: string | null;
  by: string | null;
  colour: string;
}

const GOOD = new Set(["completed", "mail sent", "lost receipt made again"]);
const BAD = new Set([
  "failed",
  "attempt failed",
  "mail not sent",
  "mail came back",
  "mail called unwanted",
  "lost receipt not made again",
]);
const OPEN = new Set(["mail deferred", "mail put off", "mail perhaps sent", "mail perhaps came back", "mail held"]);

/** What happened to an order and to its mails, the oldest first. */
export function happenings(order: ShownOrder, words: Words): Happening[] {
  return order.history.map((line) => fromHistory(line, words));
}

/** A line says what happened, and after a colon perhaps why. What this page has no word for is shown as it is. */
function fromHistory({ at, what, by }: HistoryLine, words: Words): Happening {
  const colon = what.indexOf(": ");
  const kind = colon < 0 ? what : what.slice(0, colon);
  const title = words.history[kind];
  const ofMail = kind.replace(/^copy /, "mail ");
  return {
    at,
    title: title ?? what,
    reason: title && colon >= 0 ? what.slice(colon + 2) : null,
    by: by && (words.actors[by] ?? by),
    colour: GOOD.has(ofMail) ? "bg-good" : BAD.has(ofMail) ? "bg-bad" : OPEN.has(ofMail) ? "bg-wait" : "bg-edge",
  };
}
