import { useEffect, useMemo, useRef, useState } from "react";
import type { Filter } from "../../api/filter";
import { Icon } from "../../parts/Icon";
import { useLetters, useShortcuts } from "../../parts/shortcuts";
import { useWords } from "../../words";
import { show } from "./view";

const TYPING_PAUSE_MS = 250;
/** An e-mail address. */
const LONGEST = 254;

/** What is typed may be a customer's name: it goes into the entry of the history, never into the URL. */
export function SearchField({ filter }: { filter: Filter }) {
  const words = useWords().orders;
  const [typed, setTyped] = useState(filter.q);
  const [known, setKnown] = useState(filter.q);
  if (known !== filter.q) {
    // Back, forward or a cleared filter changed it, not the typing here.
    setKnown(filter.q);
    setTyped(filter.q);
  }
  const field = useRef<HTMLInputElement>(null);
  const [letters] = useLetters();
  const shortcuts = useMemo(() => ({ "/": () => {
    field.current?.focus();
    field.current?.select();
  } }), []);
  useShortcuts(shortcuts);
  useEffect(() => {
    if (typed === filter.q) return;
    const pause = setTimeout(() => {
      show({ ...filter, q: typed }, "replace");
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(pause);
    };
  }, [typed, filter]);
  return (
    <div className="min-w-0 space-y-1 max-sm:col-span-2 sm:max-w-md sm:flex-1">
      <label htmlFor="search" className="label">
        {words.search}
      </label>
      <div className="relative">
        <span className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-soft">
          <Icon name="search" />
        </span>
        <input
          ref={field}
          id="search"
          type="search"
          dir="auto"
          autoComplete="off"
          spellCheck={false}
          maxLength={LONGEST}
          placeholder={words.searchHint}
          aria-keyshortcuts={letters ? "/" : undefined}
          className="field pl-8"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
      </div>
    </div>
  );
}
