import type { OrderList } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { useWords } from "../../words";
import { OrderTable } from "./OrderTable";
import { Unreadable } from "./Unreadable";

interface Props {
  list: OrderList;
  isFiltered: boolean;
  dimmed: boolean;
}

export function Found(props: Props) {
  const { orders, unreadable } = props.list;
  return (
    <>
      {unreadable.length > 0 && <Unreadable orderIds={unreadable} />}
      {(orders.length > 0 || !unreadable.length) && <Readable {...props} />}
    </>
  );
}

function Readable({ list, isFiltered, dimmed }: Props) {
  const words = useWords().orders;
  if (list.orders.length) return <OrderTable orders={list.orders} dimmed={dimmed} />;
  // A search may look at thousands of names and end the page there.
  if (list.cursor) return <Empty title={words.noneHere} hint={words.noneHereHint} />;
  if (isFiltered) return <Empty title={words.noneFound} hint={words.noneFoundHint} />;
  return <Empty title={words.none} hint={words.noneHint} />;
}
