import { useFormats, useWords } from "../../words";
import { FailedRow } from "./FailedRow";
import type { Group } from "./groups";

interface Props {
  group: Group;
  marked: ReadonlySet<string>;
  disabled: boolean;
  onMark: (orderIds: string[], isMarked: boolean) => void;
  onRetry: (orderIds: string[]) => void;
}

export function FailedGroup({ group, marked, disabled, onMark, onRetry }: Props) {
  const words = useWords().failed;
  const formats = useFormats();
  const reason = group.reason || words.noReason;
  const orderIds = group.orders.map((order) => order.orderId);
  const count = orderIds.filter((orderId) => marked.has(orderId)).length;
  return (
    <section aria-label={words.orders(reason)} className="panel overflow-clip">
      <div className="flex items-center gap-3 border-b border-line bg-sunken/60 px-4 py-3">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          aria-label={words.selectGroup(reason)}
          checked={count === orderIds.length}
          ref={(box) => {
            if (box) box.indeterminate = count > 0 && count < orderIds.length;
          }}
          onChange={(event) => {
            onMark(orderIds, event.target.checked);
          }}
        />
        <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <h2 lang={group.reason ? "en" : undefined} className="any-text min-w-0 flex-1 basis-60 font-medium">
            {reason}
          </h2>
          <button
            type="button"
            className="button h-8 text-sm"
            disabled={disabled}
            onClick={() => {
              onRetry(orderIds);
            }}
          >
            {words.retryGroup(formats.number(orderIds.length))}
          </button>
        </div>
      </div>
      <ul className="divide-y divide-line">
        {group.orders.map((order) => (
          <FailedRow
            key={order.orderId}
            order={order}
            isMarked={marked.has(order.orderId)}
            disabled={disabled}
            onMark={onMark}
            onRetry={onRetry}
          />
        ))}
      </ul>
    </section>
  );
}
