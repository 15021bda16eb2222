import { useFormats } from "../words";

/** An instant in the operator's zone; the exact one, in UTC, is in its title. */
export function Moment({ at, full = false }: { at: string; full?: boolean }) {
  const formats = useFormats();
  const instant = new Date(at);
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {full ? formats.full(instant) : formats.moment(instant)}
    </time>
  );
}
