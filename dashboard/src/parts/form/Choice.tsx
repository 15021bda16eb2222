import { useId } from "react";
import { FieldNote } from "./FieldNote";
import { useField } from "./form";

interface Props {
  label: string;
  pointer: string;
  /** The words of each value. */
  choices: Record<string, string>;
  className?: string;
}

/** A field with one of a few values, or none. */
export function Choice({ label, pointer, choices, className = "" }: Props) {
  const id = useId();
  const { value, set, wrong } = useField(pointer);
  return (
    <div className={`min-w-0 space-y-1 ${className}`}>
      <label htmlFor={id} className="label">
        {label}
      </label>
      <select
        id={id}
        className="field"
        value={typeof value === "string" ? value : ""}
        aria-invalid={Boolean(wrong)}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          set(event.target.value);
        }}
      >
        <option value="">–</option>
        {Object.entries(choices).map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
      <FieldNote id={`${id}-note`} wrong={wrong} />
    </div>
  );
}
