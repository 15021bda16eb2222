import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useDelivery } from "../../api/queries";
import type { WebhookDeliveryWithRequest } from "../../api/types";
import { replayEvent } from "../../api/webhooks";
import { Dialog } from "../../parts/Dialog";
import { DeliveryDot } from "../../parts/Dot";
import { Moment } from "../../parts/Moment";
import { say } from "../../parts/notice";
import { useProblem } from "../../parts/problem";
import { ProblemNote } from "../../parts/ProblemNote";
import { Skeleton } from "../../parts/Skeleton";
import { useFormats, useWords } from "../../words";
import { Fact } from "../order/Fact";
import { useAnswerWords } from "./answered";

interface Props {
  /** Of the endpoint. */
  id: string;
  eventId: string;
  onClose: () => void;
}

/** One delivery: what is sent, and what came back. */
export function DeliveryDialog({ id, eventId, onClose }: Props) {
  const words = useWords().webhooks;
  const queries = useQueryClient();
  const found = useDelivery(id, eventId);
  const problem = useProblem(found);
  const delivery = found.data;
  const resending = useMutation({
    mutationFn: () => replayEvent(id, eventId),
    onSuccess: async () => {
      say(words.resent);
      onClose();
      await queries.invalidateQueries({ queryKey: ["deliveries", id] });
    },
  });
  // A test event is in no feed.
  const canResend = delivery && delivery.request !== null && delivery.type !== "webhook.test";
  return (
    <Dialog title={delivery?.type ?? words.delivery} onClose={onClose} wide>
      {problem && <ProblemNote error={problem} onRetry={() => void found.refetch()} />}
      {!delivery && !problem && <Skeleton lines={10} />}
      {delivery && <DeliveryFacts delivery={delivery} />}
      {delivery && <Exchange delivery={delivery} />}
      {resending.error && <ProblemNote error={resending.error} />}
      {canResend && (
        <div className="flex justify-end">
          <button
            type="button"
            className="button button-main"
            aria-disabled={resending.isPending}
            onClick={() => {
              if (!resending.isPending) resending.mutate();
            }}
          >
            {words.resend}
          </button>
        </div>
      )}
    </Dialog>
  );
}

function DeliveryFacts({ delivery }: { delivery: WebhookDeliveryWithRequest }) {
  const words = useWords().webhooks;
  const formats = useFormats();
  const answered = useAnswerWords(delivery.answer);
  const { eventId, status, attempts, lastAttemptAt, nextAttemptAt, answer } = delivery;
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11.5rem),1fr))] gap-x-5 gap-y-3">
      <Fact name={words.eventId} wide>
        <span className="any-text font-mono text-sm">{eventId}</span>
      </Fact>
      <Fact name={words.state}>
        <DeliveryDot status={status} />
      </Fact>
      <Fact name={words.attempts}>{formats.number(attempts)}</Fact>
      {lastAttemptAt && (
        <Fact name={words.tried}>
          <Moment at={lastAttemptAt} full />
        </Fact>
      )}
      {nextAttemptAt && (
        <Fact name={words.next}>
          <Moment at={nextAttemptAt} full />
        </Fact>
      )}
      {answer && (
        <Fact name={words.answer} wide>
          <span lang="en" className="any-text">
            {answered}
          </span>{" "}
          <span className="text-soft">{words.after(formats.duration(answer.seconds))}</span>
        </Fact>
      )}
    </dl>
  );
}

function Exchange({ delivery: { request, answer } }: { delivery: WebhookDeliveryWithRequest }) {
  const words = useWords().webhooks;
  return (
    <>
      <section className="space-y-1.5">
        <h3 className="font-semibold">{words.request}</h3>
        {request ? (
          <>
            <p className="text-sm text-soft">{words.requestHint}</p>
            <Code label={words.request}>{`POST ${request.url}\n${headersOf(request.headers)}\n\n${pretty(request.body)}`}</Code>
          </>
        ) : (
          <p className="text-soft">{words.gone}</p>
        )}
      </section>
      {answer?.body && (
        <section className="space-y-1.5">
          <h3 className="font-semibold">{words.answerBody}</h3>
          <Code label={words.answerBody}>{answer.body}</Code>
        </section>
      )}
    </>
  );
}

/** It can be scrolled, and so it takes the focus. */
function Code({ label, children }: { label: string; children: string }) {
  return (
    <pre tabIndex={0} aria-label={label} role="group" className="any-text max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs whitespace-pre-wrap">
      {children}
    </pre>
  );
}

const headersOf = (headers: Record<string, string>) => Object.entries(headers).map((header) => header.join(": ")).join("\n");

function pretty(body: string) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
