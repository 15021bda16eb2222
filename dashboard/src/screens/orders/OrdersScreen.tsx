import { exportOrders } from "../../api/export";
import { useOrders } from "../../api/queries";
import { useEntry } from "../../location";
import { useArrival } from "../../parts/arrival";
import { Export } from "../../parts/Export";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { Filters } from "./Filters";
import { Found } from "./Found";
import { useHeld } from "./held";
import { HeldNote } from "./HeldNote";
import { Pages } from "./Pages";
import { useReading } from "./reading";
import { StatusTabs } from "./StatusTabs";
import { useFilter } from "./view";

const NO_CURSORS: string[] = [];

export function OrdersScreen() {
  const words = useWords().orders;
  useArrival(words.title);
  const filter = useFilter();
  const { cursors = NO_CURSORS } = useEntry();
  const page = useOrders(filter, cursors.at(-1) ?? null);
  const problem = useProblem(page);
  const reading = useReading();
  const held = useHeld(page.data, page.dataUpdatedAt, {
    hold: reading && !cursors.length,
    of: page.isPlaceholderData ? "" : JSON.stringify([filter, cursors]),
  });
  const isFiltered = Boolean(filter.q || filter.from || filter.to || filter.status);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        <Export name="orders.csv" read={(progress, signal) => exportOrders(filter, progress, signal)} />
      </div>
      <StatusTabs filter={filter} />
      <Filters filter={filter} />
      {problem && <ProblemNote error={problem} onRetry={() => void page.refetch()} />}
      <HeldNote since={held.since} />
      {(held.list ?? (page.isPending && !problem)) && (
        <section className="panel overflow-clip" aria-label={words.title} aria-busy={page.isPlaceholderData}>
          {held.list ? (
            <Found list={held.list} isFiltered={isFiltered} dimmed={page.isPlaceholderData} />
          ) : (
            <Skeleton lines={12} tall />
          )}
        </section>
      )}
      <Pages filter={filter} cursors={cursors} next={held.list?.cursor ?? null} />
    </>
  );
}
