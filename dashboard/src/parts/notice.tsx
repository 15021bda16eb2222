import { useSyncExternalStore } from "react";
import { useWords } from "../words";
import { Icon } from "./Icon";

const LASTS_MS = 8000;

let text = "";
let timer = 0;
const listeners = new Set<() => void>();

/** Tell the operator what was done, aloud too. */
export function say(what: string) {
  text = what;
  clearTimeout(timer);
  if (what) timer = window.setTimeout(say, LASTS_MS, "");
  listeners.forEach((listener) => {
    listener();
  });
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Notice() {
  const words = useWords().common;
  const said = useSyncExternalStore(listen, () => text);
  return (
    <div role="status" className="fixed inset-x-4 bottom-20 z-30 flex justify-center lg:bottom-6">
      {said && (
        <p className="flex items-center gap-3 rounded-lg bg-ink py-2 pr-2 pl-4 text-page shadow-lg">
          {said}
          <button
            type="button"
            aria-label={words.dismiss}
            className="rounded p-1"
            onClick={() => {
              say("");
            }}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
