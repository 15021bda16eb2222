import type { ReactNode } from "react";
import type { Draft } from "../../parts/form/draft";
import { FieldNote } from "../../parts/form/FieldNote";
import { useField, useWrongPart } from "../../parts/form/form";
import { Icon } from "../../parts/Icon";
import { useFormats } from "../../words";

interface Words {
  add: string;
  nth: (n: string) => string;
  remove: (n: string) => string;
}

interface Props {
  pointer: string;
  words: Words;
  /** A part as it is added. */
  blank: Draft;
  /** The fields of the part at this pointer. */
  children: (pointer: string) => ReactNode;
}

/** Parts of an order of which there may be several: they are added and removed. */
export function ListOf({ pointer, words, blank, children }: Props) {
  const { value, set } = useField(pointer);
  const wrong = useWrongPart(pointer);
  const parts = Array.isArray(value) ? value : [];
  return (
    <div className="col-span-full space-y-3">
      {wrong && <FieldNote wrong={wrong} />}
      {parts.map((_, place) => (
        <Part
          key={place}
          pointer={`${pointer}/${place}`}
          place={place}
          words={words}
          onRemove={() => {
            set(parts.toSpliced(place, 1));
          }}
        >
          {children(`${pointer}/${place}`)}
        </Part>
      ))}
      <button
        type="button"
        className="button"
        onClick={() => {
          set([...parts, blank]);
        }}
      >
        <Icon name="new" />
        {words.add}
      </button>
    </div>
  );
}

interface PartProps {
  pointer: string;
  place: number;
  words: Words;
  onRemove: () => void;
  children: ReactNode;
}

function Part({ pointer, place, words, onRemove, children }: PartProps) {
  const number = useFormats().number(place + 1);
  const wrong = useWrongPart(pointer);
  return (
    <fieldset className="relative min-w-0 rounded-lg border border-line p-3 pt-1">
      <legend className="px-1 text-sm font-medium text-soft">{words.nth(number)}</legend>
      <button
        type="button"
        className="button absolute end-2 -top-6 size-7 border-transparent p-0"
        aria-label={words.remove(number)}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2 sm:grid-cols-4">{children}</div>
      {wrong && <FieldNote wrong={wrong} />}
    </fieldset>
  );
}
