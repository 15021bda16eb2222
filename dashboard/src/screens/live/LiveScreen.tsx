import { LIVE_MS, useSummary } from "../../api/queries";
import { useArrival } from "../../parts/arrival";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { useFormats, useWords } from "../../words";
import { Chart } from "./Chart";
import { Figures } from "./Figures";
import { Legend } from "./Legend";
import { MinuteTable } from "./MinuteTable";

export default function LiveScreen() {
  const words = useWords().live;
  const formats = useFormats();
  useArrival(words.title);
  const { data: summary, error, refetch } = useSummary(LIVE_MS);
  const problem = useProblem({ data: summary, error });
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-baseline justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        <p className="text-sm text-soft">{summary && words.asOf(formats.time(new Date(summary.asOf)))}</p>
      </div>
      {problem && <ProblemNote error={problem} onRetry={() => void refetch()} />}
      <Figures summary={summary} />
      <section aria-labelledby="per-minute" className="panel overflow-clip">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 pt-4 pb-2">
          <h2 id="per-minute" className="font-semibold">
            {words.perMinute}
          </h2>
          <Legend />
        </div>
        <div className="h-72 px-2 pb-2">{summary && <Chart minutes={summary.lastHour} />}</div>
        {summary && <MinuteTable minutes={summary.lastHour} />}
      </section>
    </>
  );
}
