import { Refused } from "../../api/errors";
import { useOrder } from "../../api/queries";
import { useSearchText } from "../../location";
import { useArrival } from "../../parts/arrival";
import { chosenOf } from "../../parts/documents";
import { StatusDot } from "../../parts/Dot";
import { Empty } from "../../parts/Empty";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { Actions } from "./Actions";
import { BackToOrders } from "./BackToOrders";
import { CopyId } from "./CopyId";
import { Documents } from "./documents/Documents";
import { Facts } from "./Facts";
import { Items } from "./Items";
import { RawJson } from "./RawJson";
import { Receipt } from "./Receipt";
import { Timeline } from "./Timeline";

export function OrderScreen({ orderId }: { orderId: string }) {
  const words = useWords().order;
  useArrival(words.title(orderId));
  const found = useOrder(orderId);
  const order = found.data;
  const problem = useProblem(found);
  const chosen = chosenOf(order?.documents ?? [], useSearchText());
  const isUnknown = problem instanceof Refused && problem.status === 404;
  return (
    <>
      <BackToOrders />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 space-y-1">
          <div className="flex items-center gap-1">
            <h1 className="any-text text-xl font-semibold tracking-tight" aria-label={words.title(orderId)}>
              {orderId}
            </h1>
            <CopyId orderId={orderId} />
          </div>
          <div className="min-h-6">{order && <StatusDot status={order.status} />}</div>
        </div>
        {order && <Actions order={order} />}
      </div>
      {isUnknown && (
        <div className="panel">
          <Empty title={words.unknown} hint={words.unknownHint} />
        </div>
      )}
      {problem && !isUnknown && <ProblemNote error={problem} onRetry={() => void found.refetch()} />}
      {found.isPending && !problem && (
        <div className="panel py-4">
          <Skeleton lines={12} />
        </div>
      )}
      {order && (
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="min-w-0 space-y-5">
            <Facts order={order} />
            {order.documents.length > 1 || order.status === "COMPLETED" ? <Documents order={order} chosen={chosen} /> : null}
            <Items order={order} />
            <Timeline history={order.history} kind="receipt" currency={order.order.currency} />
            <RawJson order={order} />
          </div>
          <div className="min-w-0 space-y-5 xl:sticky xl:top-5">
            <Receipt order={order} document={chosen} />
          </div>
        </div>
      )}
    </>
  );
}
