import { Link, useLocation } from "wouter";
import { useSummary } from "../api/queries";
import type { Summary } from "../api/types";
import { Icon, type IconName } from "../parts/Icon";
import { useFormats, useWords } from "../words";

const SCREENS = ["orders", "failed", "register", "webhooks", "live", "new"] as const satisfies readonly IconName[];

interface Props {
  /** Of each link; the one to this screen has `aria-current`. */
  className: string;
}

export function NavLinks({ className }: Props) {
  const words = useWords();
  const [path] = useLocation();
  const counts = useSummary().data;
  // A server of the version before, as after a rollback, counts no documents.
  const failed = (counts?.orders.FAILED ?? 0) + ((counts as Partial<Summary> | undefined)?.documents?.FAILED ?? 0);
  const webhooks = (counts as Partial<Summary> | undefined)?.webhooks;
  const badges: Partial<Record<IconName, [number, (n: string) => string]>> = {
    failed: [failed, words.failedBadge],
    webhooks: [(webhooks?.disabled ?? 0) + (webhooks?.failing ?? 0), words.webhooksBadge],
  };
  return SCREENS.map((screen) => (
    <Link
      key={screen}
      href={`/${screen}`}
      aria-current={path.split("/")[1] === screen ? "page" : undefined}
      className={`text-soft hover:text-ink aria-[current]:text-ink ${className}`}
    >
      <Icon name={screen} />
      <span>{words.nav[screen]}</span>
      <Badge counted={badges[screen]} />
    </Link>
  ));
}

/** How many need somebody; nothing if none do. */
function Badge({ counted: [number, says] = [0, String] }: { counted: [number, (n: string) => string] | undefined }) {
  const formats = useFormats();
  if (number === 0) return null;
  return (
    <span className="rounded-full bg-bad-wash px-1.5 text-xs font-medium text-bad lg:ml-auto">
      <span className="sr-only">{says(formats.number(number))}</span>
      <span aria-hidden="true">{formats.number(number)}</span>
    </span>
  );
}
