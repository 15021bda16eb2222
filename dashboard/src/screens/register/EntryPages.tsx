import { PAGE } from "../../api/queries";
import { Icon } from "../../parts/Icon";
import { useFormats, useWords } from "../../words";
import { show } from "./view";

interface Props {
  series: string;
  last: number;
  from: number;
  to: number;
}

/** A series has no gaps: a page is so many numbers. */
export function EntryPages({ series, last, from, to }: Props) {
  const words = useWords();
  const formats = useFormats();
  if (last <= PAGE) return null;
  return (
    <nav aria-label={words.orders.pages} className="flex items-center justify-between gap-3">
      <button
        type="button"
        className="button"
        disabled={to === last}
        onClick={() => {
          show(series, to + PAGE < last ? to + PAGE : undefined);
        }}
      >
        <Icon name="back" />
        {words.orders.previous}
      </button>
      <span className="text-sm text-soft">{words.register.range(formats.number(from), formats.number(to))}</span>
      <button
        type="button"
        className="button"
        disabled={from === 1}
        onClick={() => {
          show(series, from - 1);
        }}
      >
        {words.orders.next}
        <Icon name="forward" />
      </button>
    </nav>
  );
}
