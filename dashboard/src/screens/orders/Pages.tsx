import type { Filter } from "../../api/filter";
import { Icon } from "../../parts/Icon";
import { useFormats, useWords } from "../../words";
import { showPage } from "./view";

interface Props {
  filter: Filter;
  /** Of the pages up to this one; none on the first. */
  cursors: string[];
  next: string | null;
}

export function Pages({ filter, cursors, next }: Props) {
  const words = useWords().orders;
  const formats = useFormats();
  if (!cursors.length && !next) return null;
  return (
    <nav aria-label={words.pages} className="flex items-center justify-between gap-3">
      <button
        type="button"
        className="button"
        disabled={!cursors.length}
        onClick={() => {
          showPage(filter, cursors.slice(0, -1));
        }}
      >
        <Icon name="back" />
        {words.previous}
      </button>
      <span className="text-sm text-soft">{words.page(formats.number(cursors.length + 1))}</span>
      <button
        type="button"
        className="button"
        disabled={!next}
        onClick={() => {
          if (next) showPage(filter, [...cursors, next]);
        }}
      >
        {words.next}
        <Icon name="forward" />
      </button>
    </nav>
  );
}
