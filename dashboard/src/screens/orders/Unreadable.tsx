import { useWords } from "../../words";

/** Orders of the list that the server can't show: an operator must know that they are there. */
export function Unreadable({ orderIds }: { orderIds: string[] }) {
  const words = useWords().orders;
  return (
    <p role="status" className="any-text border-b border-line bg-wait-wash px-4 py-2 text-sm text-wait">
      {words.unreadable(orderIds.length, orderIds.join(", "))}
    </p>
  );
}
