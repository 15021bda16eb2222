import { useState } from "react";
import { useDeliveries } from "../../api/queries";
import type { Webhook, WebhookDeliveryStatus } from "../../api/types";
import { Empty } from "../../parts/Empty";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useWords } from "../../words";
import { Section } from "../order/Section";
import { DeliveryDialog } from "./DeliveryDialog";
import { DeliveryPages } from "./DeliveryPages";
import { DeliveryTable } from "./DeliveryTable";
import { ReplayDialog } from "./ReplayDialog";

type Wanted = WebhookDeliveryStatus | "";

/** What was sent to an endpoint, the newest event first. */
export function Deliveries({ webhook: { id } }: { webhook: Webhook }) {
  const words = useWords().webhooks;
  const [status, setStatus] = useState<Wanted>("");
  const [cursors, setCursors] = useState<string[]>([]);
  const [opened, open] = useState<string | null>(null);
  const [replaying, replay] = useState(false);
  const found = useDeliveries(id, status, cursors.at(-1) ?? null);
  const problem = useProblem(found);
  const page = found.data;
  const none = status
    ? { title: words.noneHere, hint: words.noneHereHint }
    : { title: words.noDeliveries, hint: words.noDeliveriesHint };
  const aside = (
    <div className="flex items-center gap-2">
      <select
        aria-label={words.state}
        className="field h-8 w-auto text-sm"
        value={status}
        onChange={(event) => {
          setStatus(event.target.value as Wanted);
          setCursors([]);
        }}
      >
        <option value="">{words.all}</option>
        {Object.entries(words.deliveryStates).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button h-8"
        onClick={() => {
          replay(true);
        }}
      >
        {words.replay}
      </button>
    </div>
  );
  return (
    <>
      <Section title={words.deliveries} aside={aside}>
        {problem && (
          <div className="p-4">
            <ProblemNote error={problem} onRetry={() => void found.refetch()} />
          </div>
        )}
        {!page && !problem && <Skeleton lines={6} tall />}
        {page?.deliveries.length === 0 && <Empty {...none} />}
        {page && page.deliveries.length > 0 && (
          <DeliveryTable deliveries={page.deliveries} dimmed={found.isPlaceholderData} onOpen={open} />
        )}
      </Section>
      <DeliveryPages cursors={cursors} next={page?.cursor ?? null} onChange={setCursors} />
      {opened !== null && (
        <DeliveryDialog
          id={id}
          eventId={opened}
          onClose={() => {
            open(null);
          }}
        />
      )}
      {replaying && (
        <ReplayDialog
          id={id}
          onClose={() => {
            replay(false);
          }}
        />
      )}
    </>
  );
}
