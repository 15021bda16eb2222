/** What an operator chose for this page: the only things that are kept in `localStorage`. */

import { useSyncExternalStore } from "react";

type Name = "theme" | "language" | "shortcuts";

const chosen: Record<Name, string> = {
  theme: read("theme"),
  language: read("language"),
  shortcuts: read("shortcuts"),
};
const listeners = new Set<() => void>();

function read(name: Name): string {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function choose(name: Name, value: string) {
  chosen[name] = value;
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Storage is forbidden here: the choice lasts as long as the page.
  }
  if (name === "theme") document.documentElement.dataset.theme = value;
  listeners.forEach((listener) => {
    listener();
  });
}

/** The choice, empty where the system decides, and how to make it. */
export function useChoice(name: Name): [string, (value: string) => void] {
  const value = useSyncExternalStore(listen, () => chosen[name]);
  return [
    value,
    (to) => {
      choose(name, to);
    },
  ];
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
