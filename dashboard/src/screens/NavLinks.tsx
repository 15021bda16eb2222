import { Link, useLocation } from "wouter";
import { useSummary } from "../api/queries";
import type { Summary } from "../api/types";
import { Icon, type IconName } from "../parts/Icon";
import { useFormats, useWords } from "../words";

const SCREENS = ["orders", "failed", "register", "webhooks", "live", "new"] as const satisfies readonly IconName[];

interface Props {
  /** Of each link; the one to this screen has `aria-current`. */
  className: string;
  /** Whether there is little room for the names. */
  short?: boolean;
}

export function NavLinks({ className, short = false }: Props) {
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
  const nameOf = (screen: (typeof SCREENS)[number]) => (short && screen === "new" ? words.nav.newShort : words.nav[screen]);
  return SCREENS.map((screen) => (
    <Link
      key={screen}
      href={`/${screen}`}
      aria-current={path.split("/")[1] === screen ? "page" : undefined}
      className={`text-soft hover:text-ink aria-[current]:text-ink ${className}`}
    >
      <Icon name={screen} />
      <Name text={nameOf(screen)} />
      <Badge counted={badges[screen]} />
    </Link>
  ));
}

/** As wide as if it were bold: nothing moves when it becomes so. */
function Name({ text }: { text: string }) {
  return (
    <span
      data-text={text}
      className="grid after:invisible after:h-0 after:overflow-hidden after:font-semibold after:content-[attr(data-text)]"
    >
      {text}
    </span>
  );
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
