import { useState } from "react";
import { useWebhooks } from "../../api/queries";
import { useArrival } from "../../parts/arrival";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { EndpointDialog } from "./EndpointDialog";
import { EndpointTable } from "./EndpointTable";

/** The endpoints that are told of what happens to orders. */
export function WebhooksScreen() {
  const words = useWords().webhooks;
  useArrival(words.title);
  const found = useWebhooks();
  const problem = useProblem(found);
  const [adding, add] = useState(false);
  const webhooks = found.data;
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        <button
          type="button"
          className="button button-main"
          onClick={() => {
            add(true);
          }}
        >
          <Icon name="new" />
          {words.add}
        </button>
      </div>
      {problem ? (
        <ProblemNote error={problem} onRetry={() => void found.refetch()} />
      ) : (
        <section className="panel overflow-clip" aria-label={words.title}>
          {!webhooks && <Skeleton lines={4} tall />}
          {webhooks?.length === 0 && <Empty title={words.none} hint={words.noneHint} />}
          {webhooks && webhooks.length > 0 && <EndpointTable webhooks={webhooks} />}
        </section>
      )}
      {adding && (
        <EndpointDialog
          onClose={() => {
            add(false);
          }}
        />
      )}
    </>
  );
}
