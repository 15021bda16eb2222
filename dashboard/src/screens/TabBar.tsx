import { useState } from "react";
import type { Config } from "../api/config";
import { Dialog } from "../parts/Dialog";
import { HelpButton } from "../parts/HelpButton";
import { Icon } from "../parts/Icon";
import { Preferences } from "../parts/Preferences";
import { SignOut } from "../signin/SignOut";
import { useWords } from "../words";
import { NavLinks } from "./NavLinks";

/** On a phone: the name above, the screens below, where thumbs are. */
export function TabBar({ login, onHelp }: { login: Config["login"]; onHelp: () => void }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <header className="lg:hidden">
      <div className="flex items-center justify-between border-b border-line px-4 py-2">
        <p className="flex items-center gap-2.5 font-semibold">
          <img src="./icon.svg" alt="" className="size-6" />
          {words.app}
        </p>
        <button
          type="button"
          className="button size-9 border-transparent bg-transparent p-0"
          aria-label={words.preferences.title}
          onClick={() => {
            setOpen(true);
          }}
        >
          <Icon name="settings" />
        </button>
      </div>
      <nav aria-label={words.nav.label} className="fixed inset-x-0 bottom-0 z-20 grid grid-cols-[repeat(6,auto)] border-t border-line bg-panel pb-[env(safe-area-inset-bottom)]">
        <NavLinks
          short
          className="relative flex h-14 min-w-0 flex-col items-center justify-center gap-1 px-0.5 text-center text-xs whitespace-nowrap max-[22.5rem]:text-[0.6875rem] aria-[current]:font-semibold [&>.rounded-full]:absolute [&>.rounded-full]:top-1 [&>.rounded-full]:left-[calc(50%+0.4rem)]"
        />
      </nav>
      {open && (
        <Dialog
          title={words.preferences.title}
          onClose={() => {
            setOpen(false);
          }}
        >
          <Preferences />
          <HelpButton
            onClick={() => {
              setOpen(false);
              onHelp();
            }}
          />
          <SignOut login={login} />
        </Dialog>
      )}
    </header>
  );
}
