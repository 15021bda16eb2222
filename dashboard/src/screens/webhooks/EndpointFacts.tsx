import type { ReactNode } from "react";
import type { Webhook } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useFormats, useWords } from "../../words";
import { Fact, TextFact } from "../order/Fact";
import { Section } from "../order/Section";

export function EndpointFacts({ webhook }: { webhook: Webhook }) {
  const words = useWords().webhooks;
  const formats = useFormats();
  const { types, failures, failingSince, lastAttemptAt, lastDeliveryAt } = webhook;
  return (
    <Section title={words.facts}>
      {webhook.disabledBecause !== undefined && (
        <Note colour="bg-bad-wash">
          {words.disabledBecause}: <span lang="en">{webhook.disabledBecause}</span>
        </Note>
      )}
      {webhook.circuit === "open" && webhook.status === "ENABLED" && <Note colour="bg-wait-wash">{words.circuit}</Note>}
      {webhook.replays > 0 && <Note colour="bg-accent-wash">{words.replays(formats.number(webhook.replays))}</Note>}
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11.5rem),1fr))] gap-x-5 gap-y-4 p-4">
        <TextFact name={words.description} text={webhook.description} wide />
        <Fact name={words.types} wide={types.length > 0}>
          {types.length === 0 ? words.everything : <span className="font-mono text-sm">{types.join(", ")}</span>}
        </Fact>
        <Fact name={words.added}>
          <Moment at={webhook.createdAt} full />
          <span className="any-text block text-soft">{words.addedBy(webhook.createdBy)}</span>
        </Fact>
        <Fact name={words.lastDelivery}>{lastDeliveryAt ? <Moment at={lastDeliveryAt} full /> : words.never}</Fact>
        {lastAttemptAt && (
          <Fact name={words.lastAttempt}>
            <Moment at={lastAttemptAt} full />
          </Fact>
        )}
        {failures > 0 && <Fact name={words.failures}>{formats.number(failures)}</Fact>}
        {failingSince && (
          <Fact name={words.failingSince}>
            <Moment at={failingSince} full />
          </Fact>
        )}
      </dl>
    </Section>
  );
}

function Note({ colour, children }: { colour: string; children: ReactNode }) {
  return <p className={`any-text border-b border-line px-4 py-2.5 ${colour}`}>{children}</p>;
}
