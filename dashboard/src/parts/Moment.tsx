import { useSyncExternalStore } from "react";
import { useFormats } from "../words";

const A_MINUTE_MS = 60_000;

/** Looked at once a minute: a page that is open at midnight says the day of what has become yesterday's. */
const useToday = () => useSyncExternalStore(eachMinute, () => new Date().toDateString());

const watchers = new Set<() => void>();
setInterval(() => {
  watchers.forEach((look) => {
    look();
  });
}, A_MINUTE_MS);

function eachMinute(look: () => void) {
  watchers.add(look);
  return () => watchers.delete(look);
}

/** An instant in the operator's zone; the exact one, in UTC, is in its title. */
export function Moment({ at, full = false }: { at: string; full?: boolean }) {
  const formats = useFormats();
  const today = useToday();
  const instant = new Date(at);
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {full ? formats.full(instant) : formats.moment(instant, today)}
    </time>
  );
}
