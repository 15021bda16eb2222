import { useId } from "react";
import { useWrong } from "./problems";

interface Props {
  label: string;
  hint?: string;
  /** Of the field in the order: what is wrong there is shown here. */
  pointer: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  lines?: number;
  numeric?: boolean;
}

export function TextField({ label, hint, pointer, value, onChange, className = "", lines = 1, numeric = false }: Props) {
  const id = useId();
  const wrong = useWrong(pointer);
  const shared = {
    id,
    value,
    dir: numeric ? "ltr" : "auto",
    autoComplete: "off",
    spellCheck: false,
    "aria-invalid": Boolean(wrong),
    "aria-describedby": `${id}-note`,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      onChange(event.target.value);
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
      <p id={`${id}-note`} className="any-text text-sm">
        {wrong ? (
          <span lang="en" className="text-bad">
            {wrong}
          </span>
        ) : (
          hint && <span className="text-soft">{hint}</span>
        )}
      </p>
    </div>
  );
}
