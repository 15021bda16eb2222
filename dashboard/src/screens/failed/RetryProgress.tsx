import { Link } from "wouter";
import { Refused, Unreachable } from "../../api/errors";
import { placeOf } from "../../parts/documents";
import { ProblemNote } from "../../parts/ProblemNote";
import { useFormats, useWords } from "../../words";
import type { Progress } from "./retrying";

function Why({ error }: { error: unknown }) {
  const words = useWords().common;
  if (error instanceof Refused) return <span lang="en">{error.problem.detail || error.problem.title}</span>;
  return error instanceof Unreachable ? words.notReached : words.unexpected;
}

export function RetryProgress({ progress, onStop }: { progress: Progress | null; onStop: () => void }) {
  const words = useWords().failed;
  const formats = useFormats();
  const done = progress ? progress.retried + progress.refused : 0;
  // A list that fails again meanwhile may be longer than it was counted.
  const all = Math.max(progress?.all ?? 0, done);
  const hidden = progress ? progress.refused - progress.refusals.length : 0;
  return (
    <div className={progress ? "panel space-y-3 p-4" : "sr-only"}>
      <div className="flex items-center justify-between gap-3">
        {/* Said aloud when it begins and when it ends, not with each order. */}
        <p role="status" className={progress?.isRunning ? "sr-only" : "font-medium"}>
          {progress?.isRunning && words.retrying}
          {progress && !progress.isRunning && words.done(formats.number(progress.retried), formats.number(progress.refused))}
        </p>
        {progress?.isRunning && <p className="font-medium">{words.progress(formats.number(done), formats.number(all))}</p>}
        {progress?.isRunning && (
          <button type="button" className="button h-8 text-sm" onClick={onStop}>
            {words.stop}
          </button>
        )}
      </div>
      {progress?.isRunning && (
        <progress
          max={all}
          value={done}
          aria-label={words.progress(formats.number(done), formats.number(all))}
          className="h-1.5 w-full accent-accent"
        />
      )}
      {progress?.failure != null && <ProblemNote error={progress.failure} />}
      {progress && progress.refusals.length > 0 && (
        <details open className="text-sm">
          <summary className="font-medium text-bad">{words.refusals}</summary>
          <ul className="mt-2 max-h-60 space-y-1 overflow-auto">
            {progress.refusals.map(({ rowId, error }) => (
              <li key={rowId} className="any-text">
                <Link href={rowId.includes("/") ? placeOf(rowId) : `/orders/${encodeURIComponent(rowId)}`} className="link font-mono">
                  {rowId}
                </Link>
                {" – "}
                <Why error={error} />
              </li>
            ))}
            {hidden > 0 && <li>{words.more(formats.number(hidden))}</li>}
          </ul>
        </details>
      )}
    </div>
  );
}
