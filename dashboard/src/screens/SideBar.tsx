import type { Config } from "../api/config";
import { HelpButton } from "../parts/HelpButton";
import { Preferences } from "../parts/Preferences";
import { SignOut } from "../signin/SignOut";
import { useWords } from "../words";
import { NavLinks } from "./NavLinks";

/** On a wide screen. */
export function SideBar({ login, onHelp }: { login: Config["login"]; onHelp: () => void }) {
  const words = useWords();
  return (
    <header className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto border-r border-line p-3 pt-5 max-lg:hidden">
      <p className="flex items-center gap-2.5 px-2 font-semibold">
        <img src="./icon.svg" alt="" className="size-6" />
        {words.app}
      </p>
      <nav aria-label={words.nav.label} className="flex flex-col gap-0.5">
        <NavLinks className="flex h-9 items-center gap-2.5 rounded-lg px-2 font-medium hover:bg-sunken aria-[current]:bg-sunken" />
      </nav>
      <div className="mt-auto space-y-3 px-1">
        <HelpButton onClick={onHelp} />
        <SignOut login={login} />
        <Preferences />
      </div>
    </header>
  );
}
