import { useId, useSyncExternalStore } from "react";
import { useWords } from "../../words";

/** In memory only, and for as long as the page is open: the screen may be left and come back to. */
let shopKey = "";
const listeners = new Set<() => void>();

function setShopKey(to: string) {
  shopKey = to;
  listeners.forEach((listener) => {
    listener();
  });
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useShopKey = () => [useSyncExternalStore(listen, () => shopKey), setShopKey] as const;

export function ShopKey() {
  const words = useWords().new;
  const [key, setKey] = useShopKey();
  const id = useId();
  return (
    <form
      className="panel space-y-1 p-4"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label htmlFor={id} className="label">
        {words.shopKey}
      </label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        className="field font-mono"
        aria-describedby={`${id}-hint`}
        value={key}
        onChange={(event) => {
          setKey(event.target.value);
        }}
      />
      <p id={`${id}-hint`} className="text-sm text-soft">
        {words.shopKeyHint}
      </p>
    </form>
  );
}
