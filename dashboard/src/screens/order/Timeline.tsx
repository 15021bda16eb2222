import type { HistoryLine, Kind } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useFormats, useWords } from "../../words";
import { Section } from "./Section";
import { happenings } from "./happenings";

interface Props {
  history: HistoryLine[];
  /** Of which document. */
  kind: Kind;
  currency: string | null | undefined;
}

export function Timeline(props: Props) {
  const words = useWords();
  return (
    <Section title={words.order.timeline}>
      <div className="p-4">
        <Happenings {...props} />
      </div>
    </Section>
  );
}

export function Happenings({ history, kind, currency }: Props) {
  const words = useWords();
  const formats = useFormats();
  return (
    <ol aria-label={words.order.timeline}>
      {happenings(history, { kind, currency, words, formats }).map((happening, step) => (
        <li
          key={step}
          className="relative flex gap-3 pb-4 before:absolute before:top-5 before:bottom-0 before:left-[3.5px] before:w-px before:bg-line last:pb-0 last:before:hidden"
        >
          <span className={`mt-1.5 size-2 shrink-0 rounded-full ${happening.colour}`} aria-hidden="true" />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="any-text font-medium">{happening.title}</span>
              <span className="text-sm text-soft">
                {happening.by && <>{words.order.by(happening.by)} · </>}
                <Moment at={happening.at} />
              </span>
            </div>
            {happening.reason && (
              <p lang="en" className="any-text text-sm text-soft">
                {happening.reason}
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
