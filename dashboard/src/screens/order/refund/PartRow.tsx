import { useId } from "react";
import { FieldNote } from "../../../parts/form/FieldNote";
import { useField } from "../../../parts/form/form";
import { TextField } from "../../../parts/form/TextField";
import { isZero } from "../../../parts/sumsOf";
import { useFormats, useWords } from "../../../words";

interface Props {
  /** Of the line or charge on the form. */
  pointer: string;
  name: string;
  currency: string | null | undefined;
  /** What the receipt says it came to, and what of that was not given back yet. */
  whole: string;
  remains: string;
  /** Of a line: how many there were, and how many are left. */
  quantity?: { whole: string; remains: string; unit: string };
}

/** A line or a charge: whether it is given back, and how much of it. */
export function PartRow({ pointer, name, currency, whole, remains, quantity }: Props) {
  const words = useWords().refund;
  const formats = useFormats();
  const id = useId();
  const { value: how, set, wrong } = useField(`${pointer}/how`);
  const part = useField(pointer);
  const money = (amount: string) => (currency && amount ? formats.money(amount, currency) : amount);
  const left = [quantity && isLeft(quantity.remains) && formats.quantity(quantity.remains), quantity?.unit].filter(Boolean).join(" ");
  const isOver = isZero(remains);
  const isTyped = how === "quantity" || how === "amount";
  return (
    <li className="px-3 py-2">
      <div className="flex items-start gap-3">
        <input
          id={id}
          type="checkbox"
          className="mt-1 size-4 shrink-0 accent-accent"
          checked={Boolean(how)}
          disabled={isOver && !how}
          onChange={(event) => {
            set(event.target.checked ? "all" : "");
          }}
        />
        <label htmlFor={id} className="min-w-0 flex-1">
          <span dir="auto" className="any-text block text-left">{name}</span>
          <span className="block text-sm text-soft">
            {isOver ? words.nothingLeft : words.left(money(remains), money(whole))}
            {!isOver && left && ` · ${left}`}
          </span>
        </label>
      </div>
      {how ? (
        <div className="grid grid-cols-2 gap-3 pt-2 pl-7 sm:pr-7">
          <div className="space-y-1">
            <label htmlFor={`${id}-how`} className="label">
              {words.howMuch}
              <span className="sr-only">: {name}</span>
            </label>
            <select
              id={`${id}-how`}
              className="field"
              value={typeof how === "string" ? how : ""}
              onChange={(event) => {
                set(event.target.value);
              }}
            >
              <option value="all">{words.hows.all}</option>
              {quantity && <option value="quantity">{words.hows.quantity}</option>}
              <option value="amount">{words.hows.amount}</option>
            </select>
          </div>
          {isTyped && <TextField key={how} pointer={`${pointer}/${how}`} label={words.typed[how]} hint="" numeric />}
        </div>
      ) : null}
      {how && !isTyped && (wrong || part.wrong) ? <FieldNote wrong={part.wrong} /> : null}
    </li>
  );
}

const isLeft = (quantity: string) => quantity !== "" && !isZero(quantity);
