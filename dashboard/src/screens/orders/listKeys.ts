import { useEffect, useMemo } from "react";
import { useEntry } from "../../location";
import { isFocusNowhere } from "../../parts/arrival";
import { useShortcuts } from "../../parts/shortcuts";
import { stopReading } from "./reading";

const links = () => [...document.querySelectorAll<HTMLElement>("[data-order]")];

/** From the focused order, or from outside the list; at an end it stays. */
function move(by: 1 | -1) {
  const all = links();
  const at = all.findIndex((link) => link === document.activeElement);
  const to = at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by));
  all[to]?.focus();
  all[to]?.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => {
    move(1);
  },
  k: () => {
    move(-1);
  },
  Escape: stopReading,
};

/** `j` and `k` move through the orders; who comes back from an order finds the focus on it. */
export function useListKeys() {
  useShortcuts(useMemo(() => KEYS, []));
  const { opened } = useEntry();
  useEffect(() => {
    if (!opened || !isFocusNowhere()) return;
    links()
      .find((link) => link.dataset.order === opened)
      ?.focus();
    // Only on arrival: later the focus is the operator's own.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
