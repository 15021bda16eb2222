import { useId } from "react";
import { LANGUAGES, useLanguage, useWords } from "../words";
import { useChoice } from "./choice";

export function Preferences() {
  const words = useWords().preferences;
  const language = useLanguage();
  const [theme, setTheme] = useChoice("theme");
  const [, setLanguage] = useChoice("language");
  const id = useId();
  const themes = { "": words.system, light: words.light, dark: words.dark };
  const languages = Object.fromEntries(Object.entries(LANGUAGES).map(([code, { language: name }]) => [code, name]));
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select id={`${id}-theme`} label={words.theme} value={theme} options={themes} onChange={setTheme} />
      <Select id={`${id}-language`} label={words.language} value={language} options={languages} onChange={setLanguage} />
    </div>
  );
}

interface SelectProps {
  id: string;
  label: string;
  value: string;
  options: Record<string, string>;
  onChange: (value: string) => void;
}

function Select({ id, label, value, options, onChange }: SelectProps) {
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="label">
        {label}
      </label>
      <select
        id={id}
        className="field h-8 px-1.5 text-sm"
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        {Object.entries(options).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
