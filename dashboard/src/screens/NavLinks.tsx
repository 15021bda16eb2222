import { Link, useLocation } from "wouter";
import { useSummary } from "../api/queries";
import type { Summary } from "../api/types";
import { Icon, type IconName } from "../parts/Icon";
import { useFormats, useWords } from "../words";

const SCREENS = ["orders", "failed", "register", "live", "new"] as const satisfies readonly IconName[];

interface Props {
  /** Of each link; the one to this screen has `aria-current`. */
  className: string;
}

export function NavLinks({ className }: Props) {
  const words = useWords();
  const formats = useFormats();
  const [path] = useLocation();
  const counts = useSummary().data;
  // A server of the version before, as after a rollback, counts no documents.
  const failed = (counts?.orders.FAILED ?? 0) + ((counts as Partial<Summary> | undefined)?.documents?.FAILED ?? 0);
  return SCREENS.map((screen) => (
    <Link
      key={screen}
      href={`/${screen}`}
      aria-current={path.split("/")[1] === screen ? "page" : undefined}
      className={`text-soft hover:text-ink aria-[current]:text-ink ${className}`}
    >
      <Icon name={screen} />
      <span>{words.nav[screen]}</span>
      {screen === "failed" && failed > 0 && (
        <span className="rounded-full bg-bad-wash px-1.5 text-xs font-medium text-bad lg:ml-auto">
          <span className="sr-only">{words.failedBadge(formats.number(failed))}</span>
          <span aria-hidden="true">{formats.number(failed)}</span>
        </span>
      )}
    </Link>
  ));
}
