/**
 * Where the page is: a path and filters behind the `#`, and what must not be in a URL in the entry of the history.
 *
 * wouter's own hash location moves the query in front of the `#`, where servers and their logs would see it.
 */

import { useSyncExternalStore } from "react";

/** What an entry of the browser's history remembers; it survives reload, back and forward. */
export interface Entry {
  /** A customer's name or e-mail address, perhaps. */
  q?: string;
  /** The cursors of the pages up to this one; none on the first. */
  cursors?: string[];
  /** The order that was opened from here. */
  opened?: string;
  /** The screen whose link led here. */
  from?: string;
  /** The session in which it was made. */
  session?: string;
}

let session = "";

/** From now on, what entries of other sessions remember is nobody's business. */
export function beginEntries() {
  session = String(crypto.getRandomValues(new Uint32Array(1))[0]);
}

const listeners = new Set<() => void>();
const tell = () => {
  listeners.forEach((listener) => {
    listener();
  });
};
addEventListener("popstate", tell);
addEventListener("hashchange", tell);

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const hash = () => location.hash.slice(1).replace(/^(?!\/)/, "/");
const path = () => hash().split("?")[0] ?? "";
const search = () => hash().split("?")[1] ?? "";
const NOTHING: Entry = {};
function entry(): Entry {
  const kept = history.state as Entry | null;
  return kept && (kept.session ?? "") === session ? kept : NOTHING;
}

export const useSearchText = () => useSyncExternalStore(listen, search);
export const useEntry = () => useSyncExternalStore(listen, entry);

export function go(to: string, state: Entry = {}, how: "push" | "replace" = "push") {
  history[how === "push" ? "pushState" : "replaceState"]({ ...state, session }, "", `#${to}`);
  tell();
}

/** Remember more in this entry, without a new one. */
export const remember = (more: Entry) => {
  history.replaceState({ ...entry(), ...more, session }, "");
  tell();
};

/** For wouter's `Router`. Its links pass all that they were given: only `replace` is meant for the history. */
export function useHashPath(): [string, (to: string, link?: { replace?: boolean }) => void] {
  return [useSyncExternalStore(listen, path), follow];
}
useHashPath.hrefs = (href: string) => `#${href}`;

/** As a link does. */
export function follow(to: string, link?: { replace?: boolean }) {
  go(to, { from: path() }, link?.replace ? "replace" : "push");
  scrollTo(0, 0);
}
