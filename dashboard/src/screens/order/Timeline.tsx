import type { ShownOrder } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useWords } from "../../words";
import { Section } from "./Section";
import { happenings } from "./happenings";

export function Timeline({ order }: { order: ShownOrder }) {
  const words = useWords();
  return (
    <Section title={words.order.timeline}>
      <ol className="p-4">
        {happenings(order, words).map((happening, step) => (
          <li
            key={step}
            className="relative flex gap-3 pb-4 before:absolute before:top-5 before:bottom-0 before:left-[3.5px] before:w-px before:bg-line last:pb-0 last:before:hidden"
          >
            <span className={`mt-1.5 size-2 shrink-0 rounded-full ${happening.colour}`} aria-hidden="true" />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span className="font-medium">{happening.title}</span>
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
    </Section>
  );
}
