import type { EventType } from "../../api/types";
import { useWords } from "../../words";
import { GROUPS } from "./types";

interface Props {
  types: EventType[];
  onChange: (types: EventType[]) => void;
}

/** Which events an endpoint gets: all, or some. None chosen is all. */
export function TypeFields({ types, onChange }: Props) {
  const words = useWords().webhooks;
  return (
    <fieldset className="space-y-3">
      <legend className="label">{words.types}</legend>
      <Check
        label={words.allTypes}
        checked={types.length === 0}
        onChange={(all) => {
          onChange(all ? [] : ["order.completed"]);
        }}
      />
      <div className={`grid gap-x-6 gap-y-4 sm:grid-cols-2 ${types.length === 0 ? "text-soft" : ""}`}>
        {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
          <fieldset key={group} className="space-y-1.5">
            <legend className="text-sm font-medium">{words.groups[group]}</legend>
            {GROUPS[group].map((type) => (
              <Check
                key={type}
                label={type}
                code
                checked={types.includes(type)}
                onChange={(chosen) => {
                  onChange(chosen ? [...types, type] : types.filter((each) => each !== type));
                }}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  /** Whether the label is a name of the API. */
  code?: boolean;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, code = false, checked, onChange }: CheckProps) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      <span className={code ? "font-mono text-sm" : ""}>{label}</span>
    </label>
  );
}
