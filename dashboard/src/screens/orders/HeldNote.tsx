import { useFormats, useWords } from "../../words";
import { stopReading } from "./reading";

/** Lies over the page, so that it moves nothing when it comes and goes. */
export function HeldNote({ since }: { since: number | null }) {
  const words = useWords().orders;
  const formats = useFormats();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 bottom-20 z-10 flex justify-center lg:bottom-6 lg:left-54">
      {since !== null && (
        <p className="pointer-events-auto flex flex-wrap items-center justify-center gap-x-3 gap-y-1 rounded-xl border border-line bg-panel py-1.5 pr-1.5 pl-4 text-sm shadow-lg">
          {words.held(formats.time(new Date(since)))}
          <button type="button" className="button button-main h-8 text-sm" onClick={stopReading}>
            {words.showNewest}
          </button>
        </p>
      )}
    </div>
  );
}
