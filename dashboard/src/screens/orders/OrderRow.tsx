import { memo } from "react";
import { Link } from "wouter";
import type { ListedOrder } from "../../api/types";
import { remember } from "../../location";
import { MailDot, StatusDot } from "../../parts/Dot";
import { Moment } from "../../parts/Moment";
import { Money } from "../../parts/Money";

interface Props {
  order: ListedOrder;
  hasMail: boolean;
}

const CARD =
  "max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:px-4 max-md:py-3";

/** The link covers the row. */
export const OrderRow = memo(function OrderRow({ order, hasMail }: Props) {
  return (
    <tr role="row" className={`relative hover:bg-sunken/60 focus-within:bg-accent-wash ${CARD}`}>
      <th role="rowheader" scope="row" className="px-3 pl-4 text-left font-normal max-md:order-3 max-md:p-0">
        <Link
          href={`/orders/${encodeURIComponent(order.orderId)}`}
          data-order={order.orderId}
          title={order.orderId}
          className="line-clamp-2 font-mono text-sm break-all text-soft outline-none after:absolute after:inset-0 after:-outline-offset-2 after:outline-accent focus-visible:after:outline-2 md:text-ink"
          onClick={() => {
            remember({ opened: order.orderId });
          }}
        >
          {order.orderId}
        </Link>
        {order.orderNumber && (
          <span dir="auto" className="block truncate text-sm font-medium" title={order.orderNumber}>
            {order.orderNumber}
          </span>
        )}
      </th>
      <td role="cell" className="px-3 py-1 max-md:order-1 max-md:min-w-0 max-md:p-0 md:h-13">
        <span dir="auto" className="block truncate text-left font-medium" title={order.customerName}>
          {order.customerName}
        </span>
        <span dir="ltr" className="block truncate text-sm text-soft">
          {order.customerEmail}
        </span>
      </td>
      <td role="cell" className="px-3 max-md:order-2 max-md:p-0">
        <StatusDot status={order.status} />
      </td>
      {hasMail && (
        <td role="cell" className={`px-3 max-md:order-5 max-md:p-0 md:max-xl:hidden ${order.mail ? "" : "max-md:hidden"}`}>
          {order.mail && <MailDot status={order.mail} />}
        </td>
      )}
      <td role="cell" className={`px-3 text-right max-md:order-4 max-md:p-0 ${order.total ? "" : "max-md:hidden"}`}>
        <Money amount={order.total} currency={order.currency} />
      </td>
      <td role="cell" className="px-3 pr-4 text-right text-sm text-soft max-md:order-6 max-md:col-start-2 max-md:p-0">
        <Moment at={order.receivedAt} />
      </td>
    </tr>
  );
});
