import { Refused } from "../../api/errors";
import { makeStore } from "../../parts/store";
import { useWords } from "../../words";

/** In memory only, and for as long as the page is open: the screen may be left and come back to. */
export const shopKey = makeStore("");

export const isWithoutKey = (error: unknown) => error instanceof Refused && error.status === 403;

const FIELD = "shop-key";
export const askForShopKey = () => document.getElementById(FIELD)?.focus();

export function ShopKey() {
  const words = useWords().new;
  const key = shopKey.useValue();
  return (
    <form
      className="panel space-y-1 p-4"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label htmlFor={FIELD} className="label">
        {words.shopKey}
      </label>
      <input
        id={FIELD}
        type="password"
        autoComplete="off"
        className="field font-mono"
        aria-describedby={`${FIELD}-hint`}
        value={key}
        onChange={(event) => {
          shopKey.set(event.target.value);
        }}
      />
      <p id={`${FIELD}-hint`} className="text-sm text-soft">
        {words.shopKeyHint}
      </p>
    </form>
  );
}
