import { useId } from "react";
import { FieldNote } from "./FieldNote";
import { useField } from "./form";

interface Props {
  label: string;
  hint?: string;
  /** Of the field in the order: what is wrong there is shown here. */
  pointer: string;
  className?: string;
  lines?: number;
  numeric?: boolean;
}

export function TextField({ label, hint = "", pointer, className = "", lines = 1, numeric = false }: Props) {
  const id = useId();
  const { value, set, wrong } = useField(pointer);
  const shared = {
    id,
    value: typeof value === "string" ? value : "",
    dir: numeric ? "ltr" : "auto",
    autoComplete: "off",
    spellCheck: false,
    "aria-invalid": Boolean(wrong),
    "aria-describedby": `${id}-note`,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      set(event.target.value);
    },
  };
  return (
    <div className={`min-w-0 space-y-1 ${className}`}>
      <label htmlFor={id} className="label">
        {label}
      </label>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} className="field h-auto resize-y py-1.5" />
      ) : (
        <input {...shared} type="text" inputMode={numeric ? "decimal" : "text"} className="field" />
      )}
      <FieldNote id={`${id}-note`} wrong={wrong} hint={hint} />
    </div>
  );
}
