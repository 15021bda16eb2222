import type { ShownOrder } from "../../api/types";
import { Moment } from "../../parts/Moment";
import { useFormats, useWords } from "../../words";
import { Fact } from "./Fact";
import { MailFact } from "./MailFact";
import { LongFacts, PostedFacts } from "./PostedFacts";
import { Section } from "./Section";

export function Facts({ order: shown }: { order: ShownOrder }) {
  const words = useWords().order;
  const formats = useFormats();
  const { order, receivedAt, completedAt, mail, copy } = shown;
  const isCorrected = shown.documents.some(({ kind, state }) => kind === "corrected-receipt" && state === "COMPLETED");
  const took = completedAt && (Date.parse(completedAt) - Date.parse(receivedAt)) / 1000;
  return (
    <Section title={words.facts} aside={isCorrected && <span className="text-right text-sm text-soft">{words.corrected}</span>}>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11.5rem),1fr))] gap-x-5 gap-y-4 p-4">
        <Fact name={words.customer} wide>
          <span dir="auto" className="any-text block text-left font-medium">
            {order.customerName}
          </span>
        </Fact>
        {order.customerEmail && (
          <Fact name={words.email}>
            <span className="any-text">{order.customerEmail}</span>
          </Fact>
        )}
        <PostedFacts order={order} />
        {mail && <MailFact name={words.mail} mail={mail} />}
        {copy && <MailFact name={words.copy} mail={copy} />}
        {order.locale && <Fact name={words.language}>{formats.language(order.locale)}</Fact>}
        <Fact name={words.received}>
          <Moment at={receivedAt} full />
        </Fact>
        {completedAt && (
          <Fact name={words.completed}>
            <Moment at={completedAt} full />
          </Fact>
        )}
        {took !== null && took !== "" && <Fact name={words.took}>{formats.duration(took)}</Fact>}
        <Fact name={words.attempts}>{formats.number(shown.attempts)}</Fact>
        <LongFacts order={order} />
      </dl>
    </Section>
  );
}
