import { Refused } from "../../api/errors";
import { useWebhook } from "../../api/queries";
import { useArrival } from "../../parts/arrival";
import { WebhookDot } from "../../parts/Dot";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { Deliveries } from "./Deliveries";
import { EndpointActions } from "./EndpointActions";
import { EndpointFacts } from "./EndpointFacts";

/** A webhook endpoint: how it goes, what can be done to it, and what was sent. */
export function EndpointScreen({ id }: { id: string }) {
  const words = useWords().webhooks;
  const found = useWebhook(id);
  const webhook = found.data;
  const problem = useProblem(found);
  useArrival(words.endpointTitle(webhook?.url ?? id));
  const isUnknown = problem instanceof Refused && problem.status === 404;
  return (
    <>
      <a href="#/webhooks" className="inline-flex items-center gap-1 text-sm text-soft hover:text-ink">
        <Icon name="back" />
        {words.back}
      </a>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 space-y-1">
          <h1 className="any-text font-mono text-lg font-semibold">{webhook?.url ?? id}</h1>
          <div className="min-h-6">{webhook && <WebhookDot webhook={webhook} />}</div>
        </div>
        {webhook && <EndpointActions webhook={webhook} />}
      </div>
      {isUnknown && (
        <div className="panel">
          <Empty title={words.unknown} hint={words.unknownHint} />
        </div>
      )}
      {problem && !isUnknown && <ProblemNote error={problem} onRetry={() => void found.refetch()} />}
      {found.isPending && !problem && (
        <div className="panel py-4">
          <Skeleton lines={8} />
        </div>
      )}
      {webhook && (
        <>
          <EndpointFacts webhook={webhook} />
          <Deliveries webhook={webhook} />
        </>
      )}
    </>
  );
}
