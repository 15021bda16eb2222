import { exportRegister } from "../../api/export";
import { useEntries, useSeries } from "../../api/queries";
import { useArrival } from "../../parts/arrival";
import { Empty } from "../../parts/Empty";
import { Export } from "../../parts/Export";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { EntryPages } from "./EntryPages";
import { EntryTable } from "./EntryTable";
import { SeriesChoice } from "./SeriesChoice";
import { useView } from "./view";

/** The numbers of a series without a gap, the newest first: what each was given to, or why it is void. */
export function RegisterScreen() {
  const words = useWords().register;
  useArrival(words.title);
  const known = useSeries();
  const view = useView(known.data ?? NONE);
  const page = useEntries(view.series, view.from);
  const problems = [useProblem(known), useProblem(page)];
  const problem = problems.find((each) => each !== null);
  const entries = page.data?.filter(({ number }) => number <= view.to).toReversed();
  const isEmpty = known.data?.length === 0;
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        {view.series && (
          <Export name="register.csv" read={(progress, signal) => exportRegister(view.series, progress, signal)} />
        )}
      </div>
      {problem && (
        <ProblemNote
          error={problem}
          onRetry={() => {
            void known.refetch();
            void page.refetch();
          }}
        />
      )}
      {isEmpty && (
        <div className="panel">
          <Empty title={words.none} hint={words.noneHint} />
        </div>
      )}
      {known.data && !isEmpty && <SeriesChoice known={known.data} series={view.series} />}
      {!isEmpty && !problem && (
        <section className="panel overflow-clip" aria-label={words.title} aria-busy={page.isPlaceholderData}>
          {entries ? <EntryTable entries={entries} dimmed={page.isPlaceholderData} /> : <Skeleton lines={12} tall />}
        </section>
      )}
      <EntryPages {...view} />
    </>
  );
}

const NONE: never[] = [];
