import type { Mail } from "../../api/types";
import { MailDot } from "../../parts/Dot";
import { useWords } from "../../words";
import { Fact } from "./Fact";

/** What became of an e-mail. */
export function MailFact({ name, mail }: { name: string; mail: Mail }) {
  const words = useWords().order;
  return (
    <Fact name={name} wide={mail.reason !== null}>
      <MailDot status={mail.status} />
      {mail.number > 1 && <span className="text-soft"> · {words.mailNumber(mail.number)}</span>}
      {mail.reason !== null && <span className="any-text block text-soft" lang="en">{mail.reason}</span>}
    </Fact>
  );
}
