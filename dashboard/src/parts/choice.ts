/** What an operator chose for this page: the only things that are kept in `localStorage`. */

import { makeStore } from "./store";

const CHOICES = { theme: makeStore(read("theme")), language: makeStore(read("language")), shortcuts: makeStore(read("shortcuts")) };

type Name = keyof typeof CHOICES;

function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function choose(name: Name, value: string) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Storage is forbidden here: the choice lasts as long as the page.
  }
  if (name === "theme") document.documentElement.dataset.theme = value;
  CHOICES[name].set(value);
}

/** The choice, empty where the system decides, and how to make it. */
export const useChoice = (name: Name) =>
  [
    CHOICES[name].useValue(),
    (to: string) => {
      choose(name, to);
    },
  ] as const;
