import { useWords } from "../../words";
import { finishShopKey, KEY_FIELD, shopKey } from "./key";

export function ShopKey() {
  const words = useWords().new;
  const key = shopKey.useValue();
  return (
    <form
      className="panel space-y-1 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        finishShopKey();
      }}
    >
      <label htmlFor={KEY_FIELD} className="label">
        {words.shopKey}
      </label>
      <input
        id={KEY_FIELD}
        type="password"
        autoComplete="off"
        className="field font-mono"
        aria-describedby={`${KEY_FIELD}-hint`}
        value={key}
        onChange={(event) => {
          shopKey.set(event.target.value);
        }}
        onBlur={finishShopKey}
      />
      <p id={`${KEY_FIELD}-hint`} className="text-sm text-soft">
        {words.shopKeyHint}
      </p>
    </form>
  );
}
