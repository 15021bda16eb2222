import { Refused, Unreachable } from "../api/errors";
import { useLanguage, useWords } from "../words";

/** Why something was not done, in the server's own words where it gave some. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { common: words, problems } = useWords();
  const language = useLanguage();
  const refused = error instanceof Refused ? error.problem : null;
  const translated = problems[refused?.type.split(":").at(-1) ?? ""];
  const title = translated ?? refused?.title ?? (error instanceof Unreachable ? words.notReached : words.unexpected);
  // The fault of each field is shown beside it.
  const detail = refused?.errors ? "" : refused?.detail ?? (error instanceof Unreachable ? words.notReachedHint : "");
  return (
    <div role="alert" className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-bad-wash px-4 py-3">
      <div className="min-w-0" lang={refused ? "en" : undefined}>
        <p lang={translated && language} className="font-medium text-bad">
          {title}
        </p>
        {detail && <p className="any-text text-sm text-ink">{detail}</p>}
      </div>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          {words.retry}
        </button>
      )}
    </div>
  );
}
