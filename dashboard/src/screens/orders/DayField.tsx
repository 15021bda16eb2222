import { useId, useState } from "react";
import { isDay } from "../../api/filter";

interface Props {
  label: string;
  value: string;
  earliest?: string;
  latest?: string;
  onChange: (day: string) => void;
}

/** A day of the operator's calendar, `2026-11-01`. */
export function DayField({ label, value, earliest, latest, onChange }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    // Back, forward or a cleared filter changed it, not the typing here.
    setKnown(value);
    setTyped(value);
  }
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="label">
        {label}
      </label>
      <input
        id={id}
        type="date"
        className="field sm:w-38"
        value={typed}
        min={earliest ?? ""}
        max={latest ?? ""}
        onChange={(event) => {
          const day = event.target.value;
          setTyped(day);
          // While a year is typed, it is one of long ago.
          if (!day || isDay(day)) onChange(day);
        }}
      />
    </div>
  );
}
