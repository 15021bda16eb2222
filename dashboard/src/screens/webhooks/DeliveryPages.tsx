import { Icon } from "../../parts/Icon";
import { useFormats, useWords } from "../../words";

interface Props {
  /** Of the pages up to this one; none on the first. */
  cursors: string[];
  next: string | null;
  onChange: (cursors: string[]) => void;
}

export function DeliveryPages({ cursors, next, onChange }: Props) {
  const { webhooks: words, orders } = useWords();
  const formats = useFormats();
  if (cursors.length === 0 && next === null) return null;
  return (
    <nav aria-label={orders.pages} className="flex items-center justify-between gap-3">
      <button
        type="button"
        className="button"
        disabled={cursors.length === 0}
        onClick={() => {
          onChange(cursors.slice(0, -1));
        }}
      >
        <Icon name="back" />
        {words.newer}
      </button>
      <span className="text-sm text-soft">{orders.page(formats.number(cursors.length + 1))}</span>
      <button
        type="button"
        className="button"
        disabled={next === null}
        onClick={() => {
          if (next !== null) onChange([...cursors, next]);
        }}
      >
        {words.older}
        <Icon name="forward" />
      </button>
    </nav>
  );
}
