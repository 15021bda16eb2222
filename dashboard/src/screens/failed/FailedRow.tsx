import { Link } from "wouter";
import type { ListedOrder } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useWords } from "../../words";

interface Props {
  order: ListedOrder;
  isMarked: boolean;
  disabled: boolean;
  onMark: (orderIds: string[], isMarked: boolean) => void;
  onRetry: (orderIds: string[]) => void;
}

export function FailedRow({ order, isMarked, disabled, onMark, onRetry }: Props) {
  const words = useWords();
  return (
    <li className="flex items-center gap-3 px-4 py-2 hover:bg-sunken/60">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        aria-label={words.failed.select(order.orderId)}
        checked={isMarked}
        onChange={(event) => {
          onMark([order.orderId], event.target.checked);
        }}
      />
      <div className="grid min-w-0 flex-1 gap-x-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] sm:items-center">
        <span dir="auto" className="truncate text-left font-medium" title={order.customerName}>
          {order.customerName}
        </span>
        <Link href={`/orders/${encodeURIComponent(order.orderId)}`} className="link line-clamp-2 font-mono text-sm break-all" title={order.orderId}>
          {order.orderId}
        </Link>
        <span className="text-sm text-soft">
          <Moment at={order.receivedAt} />
        </span>
      </div>
      <button
        type="button"
        className="button h-8 text-sm"
        aria-label={words.failed.retryOne(order.orderId)}
        disabled={disabled}
        onClick={() => {
          onRetry([order.orderId]);
        }}
      >
        {words.order.retry}
      </button>
    </li>
  );
}
