import { useEffect } from "react";
import { useChoice } from "./choice";

type Shortcuts = Record<string, () => void>;

/** How long the first key of a pair such as `g o` waits for the second. */
const PAIR_MS = 1000;

const OFF = "off";

/** Whether letters work as shortcuts, and how to choose. Some speak to their computer: to them a word is many keys. */
export function useLetters(): [boolean, (on: boolean) => void] {
  const [choice, choose] = useChoice("shortcuts");
  return [
    choice !== OFF,
    (on) => {
      choose(on ? "" : OFF);
    },
  ];
}

/** Keys that work while nobody types. A pair is written `g o`. */
export function useShortcuts(shortcuts: Shortcuts) {
  const [letters] = useLetters();
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (!letters && event.key.length === 1) return;
      const pair = Date.now() - firstAt < PAIR_MS ? `${first} ${event.key}` : "";
      first = event.key;
      firstAt = Date.now();
      const action = shortcuts[pair] ?? shortcuts[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => {
      removeEventListener("keydown", press);
    };
  }, [shortcuts, letters]);
}

const isTyping = (target: EventTarget | null) =>
  document.querySelector("dialog[open]") !== null ||
  (target instanceof Element && target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]"));
