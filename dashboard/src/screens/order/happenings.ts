import type { HistoryLine, Kind } from "../../api/types";
import type { Words } from "../../words/en";
import type { Formats } from "../../words/formats";

export interface Happening {
  at: string;
  title: string;
  /** Why, in the server's words. */
  reason: string | null;
  by: string | null;
  colour: string;
}

interface Telling {
  kind: Kind;
  currency: string | null | undefined;
  words: Words;
  formats: Formats;
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

const REFUND = /^refund \S+ of (\S+) accepted$/;
const CORRECTION = /^correction \S+ accepted$/;
const NUMBER = /^number (.+) issued$/;

/** What happened to an order or a document and to its mails, the oldest first. */
export const happenings = (history: HistoryLine[], telling: Telling): Happening[] =>
  history.map((line) => fromHistory(line, telling));

/** A line says what happened, and after a colon perhaps why. What this page has no word for is shown as it is. */
function fromHistory({ at, what, by }: HistoryLine, telling: Telling): Happening {
  const colon = what.indexOf(": ");
  const kind = colon < 0 ? what : what.slice(0, colon);
  const title = titleOf(kind, telling);
  const ofMail = kind.replace(/^copy /, "mail ");
  return {
    at,
    title: title ?? what,
    reason: title && colon >= 0 ? what.slice(colon + 2) : null,
    by: by && (telling.words.actors[by] ?? by),
    colour: GOOD.has(ofMail) ? "bg-good" : BAD.has(ofMail) ? "bg-bad" : OPEN.has(ofMail) ? "bg-wait" : "bg-edge",
  };
}

function titleOf(what: string, { kind, currency, words, formats }: Telling): string | undefined {
  const refunded = REFUND.exec(what)?.[1];
  if (refunded) return words.documents.refundAccepted(currency ? formats.money(refunded, currency) : refunded);
  if (CORRECTION.test(what)) return words.documents.correctionAccepted;
  const number = NUMBER.exec(what)?.[1];
  if (number) return words.documents.numberIssued(number);
  if (what === "completed") return words.documents.made[kind];
  if (what === "received" && kind !== "receipt") return words.documents.accepted;
  return words.history[what];
}
