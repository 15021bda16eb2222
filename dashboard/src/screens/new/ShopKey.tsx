import { useId } from "react";
import { makeStore } from "../../parts/store";
import { useWords } from "../../words";

/** In memory only, and for as long as the page is open: the screen may be left and come back to. */
export const shopKey = makeStore("");

export function ShopKey() {
  const words = useWords().new;
  const key = shopKey.useValue();
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
          shopKey.set(event.target.value);
        }}
      />
      <p id={`${id}-hint`} className="text-sm text-soft">
        {words.shopKeyHint}
      </p>
    </form>
  );
}
