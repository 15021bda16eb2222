import { useFormats, useWords } from "../../words";
import { Icon } from "../../parts/Icon";
import type { DraftItem } from "./draft";
import { TextField } from "./TextField";

interface Props {
  item: DraftItem;
  place: number;
  onChange: (item: DraftItem) => void;
  onRemove: () => void;
}

export function ItemFields({ item, place, onChange, onRemove }: Props) {
  const words = useWords().new;
  const number = useFormats().number(place + 1);
  const field = (name: keyof DraftItem) => ({
    label: words[name === "name" ? "item" : name],
    pointer: `#/items/${place}/${name}`,
    value: item[name],
    onChange: (value: string) => {
      onChange({ ...item, [name]: value });
    },
  });
  return (
    <fieldset className="rounded-lg border border-line p-3">
      <legend className="px-1 text-sm font-medium text-soft">{words.itemNumber(number)}</legend>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2 sm:grid-cols-4">
        <TextField {...field("name")} className="col-span-2" />
        <TextField {...field("sku")} className="col-span-2" />
        <TextField {...field("quantity")} numeric />
        <TextField {...field("unitPrice")} numeric />
        <TextField {...field("taxRate")} numeric />
        <div className="pt-6">
          <button type="button" className="button w-full sm:w-auto" aria-label={words.removeItem(number)} onClick={onRemove}>
            <Icon name="close" />
          </button>
        </div>
      </div>
    </fieldset>
  );
}
