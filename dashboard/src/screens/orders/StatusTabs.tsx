import { Link } from "wouter";
import type { Filter } from "../../api/filter";
import { useSummary } from "../../api/queries";
import { STATUSES } from "../../api/types";
import { useFormats, useWords } from "../../words";
import { addressOf, show } from "./view";

/** Links, each with how many orders there are in all, whatever else the filter selects. */
export function StatusTabs({ filter }: { filter: Filter }) {
  const words = useWords();
  const formats = useFormats();
  const counts = useSummary().data?.orders;
  const all = counts && STATUSES.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  return (
    <nav aria-label={words.orders.states} className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-1 border-b border-line max-sm:w-max max-sm:min-w-full">
        {([null, ...STATUSES] as const).map((status) => {
          const count = status ? counts?.[status] : all;
          return (
            <li key={status}>
              <Link
                href={addressOf({ ...filter, status })}
                aria-current={filter.status === status ? "page" : undefined}
                className="-mb-px flex h-10 items-center gap-2 border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-soft hover:text-ink aria-[current]:border-accent aria-[current]:text-ink"
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  show({ ...filter, status });
                }}
              >
                {status ? words.status[status] : words.orders.all}
                <span className="min-w-[2ch] text-sm font-normal text-soft">
                  {count === undefined ? "" : formats.number(count)}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
