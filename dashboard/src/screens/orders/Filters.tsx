import type { Filter } from "../../api/filter";
import { useWords } from "../../words";
import { DayField } from "./DayField";
import { SearchField } from "./SearchField";
import { show } from "./view";

export function Filters({ filter }: { filter: Filter }) {
  const words = useWords().orders;
  const isNarrowed = Boolean(filter.q || filter.from || filter.to);
  return (
    <div role="search" className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <SearchField filter={filter} />
      <DayField
        label={words.from}
        value={filter.from}
        latest={filter.to}
        onChange={(from) => {
          show({ ...filter, from, to: filter.to && filter.to < from ? from : filter.to }, "replace");
        }}
      />
      <DayField
        label={words.to}
        value={filter.to}
        earliest={filter.from}
        onChange={(to) => {
          show({ ...filter, to, from: to && to < filter.from ? to : filter.from }, "replace");
        }}
      />
      {isNarrowed && (
        <button
          type="button"
          className="button max-sm:col-span-2"
          onClick={() => {
            show({ status: filter.status, from: "", to: "", q: "" });
          }}
        >
          {words.clear}
        </button>
      )}
    </div>
  );
}
