import { useStaleSince } from "../api/poll";
import { useFormats, useWords } from "../words";

export function StaleBanner() {
  const since = useStaleSince();
  const words = useWords().stale;
  const formats = useFormats();
  return (
    <div role="status" className="sticky top-0 z-20">
      {since !== null && (
        <p className="bg-wait-wash px-4 py-2 text-center text-sm font-medium text-wait">
          {since ? words.since(formats.time(new Date(since))) : words.never} {words.trying}
        </p>
      )}
    </div>
  );
}
