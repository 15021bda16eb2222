import { useId } from "react";

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
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="label">
        {label}
      </label>
      <input
        id={id}
        type="date"
        className="field sm:w-38"
        value={value}
        min={earliest ?? ""}
        max={latest ?? ""}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
    </div>
  );
}
