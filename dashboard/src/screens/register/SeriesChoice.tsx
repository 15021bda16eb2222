import { useId } from "react";
import type { Register } from "../../api/types";
import { useFormats, useWords } from "../../words";
import { show } from "./view";

/** The place of the number in the pattern of a series, as in `R2026-{number:06}`. */
const NUMBER = /\{number[^}]*\}/;

export function SeriesChoice({ known, series }: { known: Register["series"]; series: string }) {
  const words = useWords().register;
  const formats = useFormats();
  const id = useId();
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0 space-y-1">
        <label htmlFor={id} className="label">
          {words.series}
        </label>
        <select
          id={id}
          className="field w-64 max-w-full font-mono text-sm"
          value={series}
          onChange={(event) => {
            show(event.target.value);
          }}
        >
          {known.map(({ name }) => (
            <option key={name} value={name}>
              {name.replace(NUMBER, "…")}
            </option>
          ))}
        </select>
      </div>
      <p className="text-sm text-soft">{words.count(formats.number(known.find(({ name }) => name === series)?.last ?? 0))}</p>
    </div>
  );
}
