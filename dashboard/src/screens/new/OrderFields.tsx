import { useWords } from "../../words";
import { Icon } from "../../parts/Icon";
import { NO_ITEM, type Draft } from "./draft";
import { ItemFields } from "./ItemFields";
import { TextField } from "./TextField";
import { useWrong } from "./problems";

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
}

export function OrderFields({ draft, onChange }: Props) {
  const words = useWords().new;
  const wrongItems = useWrong("#/items");
  const field = (name: Exclude<keyof Draft, "items">) => ({
    pointer: `#/${name}`,
    value: draft[name],
    onChange: (value: string) => {
      onChange({ ...draft, [name]: value });
    },
  });
  const setItems = (items: Draft["items"]) => {
    onChange({ ...draft, items });
  };
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <TextField {...field("customerName")} label={words.name} className="sm:col-span-2" />
      <TextField {...field("orderId")} label={words.id} hint={words.idHint} />
      <TextField {...field("customerEmail")} label={words.email} />
      <TextField {...field("currency")} label={words.currency} hint="EUR, JPY, AED …" />
      <TextField {...field("locale")} label={words.locale} hint="en, es, ja, pt-BR …" />
      <TextField {...field("note")} label={words.note} lines={2} className="sm:col-span-2" />
      <div className="space-y-3 sm:col-span-2">
        <h2 className="font-semibold">{words.items}</h2>
        {wrongItems && (
          <p lang="en" className="text-sm text-bad">
            {wrongItems}
          </p>
        )}
        {draft.items.map((item, place) => (
          <ItemFields
            key={place}
            item={item}
            place={place}
            onChange={(changed) => {
              setItems(draft.items.with(place, changed));
            }}
            onRemove={() => {
              setItems(draft.items.toSpliced(place, 1));
            }}
          />
        ))}
        <button
          type="button"
          className="button"
          onClick={() => {
            setItems([...draft.items, NO_ITEM]);
          }}
        >
          <Icon name="new" />
          {words.addItem}
        </button>
      </div>
    </div>
  );
}
