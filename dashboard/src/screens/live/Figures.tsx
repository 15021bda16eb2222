import type { Summary } from "../../api/types";
import { useFormats, useWords } from "../../words";

/** The figures of now. Before they are known, each keeps its place. */
export function Figures({ summary }: { summary: Summary | undefined }) {
  const words = useWords().live;
  const formats = useFormats();
  const took = summary?.secondsToComplete;
  const waits = summary?.oldestWaitingSeconds;
  const inTime = took ? words.lastHour : words.noneCompleted;
  const time = (seconds: number | undefined) => (seconds === undefined ? "–" : formats.duration(seconds));
  return (
    <section aria-label={words.now} aria-busy={!summary}>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure name={words.queue} value={summary && formats.number(summary.queueDepth)} />
        <Figure
          name={words.oldest}
          value={summary && (typeof waits === "number" ? formats.duration(waits) : "–")}
          hint={typeof waits === "number" ? "" : words.noneWaiting}
        />
        <Figure name={words.p50} value={summary && time(took?.p50)} hint={inTime} />
        <Figure name={words.p95} value={summary && time(took?.p95)} hint={inTime} />
      </dl>
    </section>
  );
}

function Figure({ name, value, hint = "" }: { name: string; value: string | undefined; hint?: string }) {
  return (
    <div className="panel flex flex-col justify-between px-4 py-3">
      <dt className="text-sm text-soft">{name}</dt>
      <dd>
        <span className="block h-9 text-[1.625rem] leading-9 font-semibold tracking-tight">{value}</span>
        <span className="block min-h-5 text-sm text-soft">{value && hint}</span>
      </dd>
    </div>
  );
}
