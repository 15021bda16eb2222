import type { ShownOrder } from "../../../api/types";
import { useField } from "../../../parts/form/form";
import { useWords } from "../../../words";

/** Whether lines are given back, an amount, or everything. An order without prices on lines has no lines to choose. */
export function What({ order: { order }, rest }: { order: ShownOrder; rest: string }) {
  const words = useWords().refund;
  const { value, set } = useField("#/what");
  const hasParts = Boolean(order.items?.length ?? order.charges?.length);
  const choices = [...(hasParts ? (["lines"] as const) : []), "amount", "rest"] as const;
  return (
    <fieldset>
      <legend className="label pb-1">{words.what}</legend>
      <div className="grid gap-1 rounded-xl bg-sunken p-1 sm:grid-cols-3">
        {choices.map((choice) => (
          <label
            key={choice}
            className="flex min-h-9 cursor-pointer items-center justify-center gap-2 rounded-lg px-3 text-center font-medium text-soft has-checked:bg-panel has-checked:text-ink has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="what"
              className="sr-only"
              value={choice}
              checked={value === choice}
              onChange={() => {
                set(choice);
              }}
            />
            {words.whats[choice]}
          </label>
        ))}
      </div>
      <p className="pt-2 text-sm text-soft">{words.remains(rest)}</p>
    </fieldset>
  );
}
