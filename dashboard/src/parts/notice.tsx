import { useWords } from "../words";
import { Icon } from "./Icon";
import { makeStore } from "./store";

const LASTS_MS = 8000;

const notice = makeStore("");
let timer = 0;

/** Tell the operator what was done, aloud too. */
export function say(what: string) {
  clearTimeout(timer);
  if (what) timer = window.setTimeout(say, LASTS_MS, "");
  notice.set(what);
}

export function Notice() {
  const words = useWords().common;
  const said = notice.useValue();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 bottom-20 z-30 flex justify-center lg:bottom-6 lg:left-54">
      {said && (
        <p className="pointer-events-auto flex items-center gap-3 rounded-lg bg-ink py-2 pr-2 pl-4 text-page shadow-lg">
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
