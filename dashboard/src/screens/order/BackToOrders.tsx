import { useEntry } from "../../location";
import { Icon } from "../../parts/Icon";
import { useWords } from "../../words";

/** To the list as it was left, with its search and page, if it was left for here. */
export function BackToOrders() {
  const words = useWords().order;
  const { from } = useEntry();
  return (
    <a
      href="#/orders"
      className="-ml-1 inline-flex items-center gap-1 text-sm text-soft hover:text-ink"
      onClick={(event) => {
        if (from !== "/orders" || event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        history.back();
      }}
    >
      <Icon name="back" />
      {words.back}
    </a>
  );
}
