import type { ListedOrder } from "../../api/types";
import { useWords } from "../../words";
import { OrderRow } from "./OrderRow";
import { useListKeys } from "./listKeys";

interface Props {
  orders: ListedOrder[];
  /** The new list is not here yet: this is the one that was shown before. */
  dimmed: boolean;
}

/** On a narrow screen the rows are drawn as cards; the roles keep the table a table for those who hear it. */
export function OrderTable({ orders, dimmed }: Props) {
  const words = useWords().orders;
  useListKeys();
  const hasMail = orders.some((order) => order.mail);
  return (
    <table
      role="table"
      data-order-list
      className={`w-full table-fixed border-collapse max-md:block ${dimmed ? "opacity-50" : ""}`}
    >
      <caption className="sr-only">{words.caption}</caption>
      <thead role="rowgroup" className="border-b border-line text-left text-sm text-soft max-md:sr-only">
        <tr role="row">
          <Head className="w-44">{words.order}</Head>
          <Head>{words.customer}</Head>
          <Head className="w-32">{words.status}</Head>
          {hasMail && <Head className="w-40 max-xl:hidden">{words.mail}</Head>}
          <Head className="w-36 text-right">{words.total}</Head>
          <Head className="w-40 text-right">{words.received}</Head>
        </tr>
      </thead>
      <tbody role="rowgroup" className="divide-y divide-line max-md:block">
        {orders.map((order) => (
          <OrderRow key={order.orderId} order={order} hasMail={hasMail} />
        ))}
      </tbody>
    </table>
  );
}

function Head({ className = "", children }: { className?: string; children: string }) {
  return (
    <th role="columnheader" scope="col" className={`px-3 py-2 first:pl-4 last:pr-4 font-medium ${className}`}>
      {children}
    </th>
  );
}
