import { useEffect, type ReactNode } from "react";
import type { Config } from "../api/config";
import { queries } from "../api/poll";
import { Preferences } from "../parts/Preferences";
import { forgetRetrying } from "../screens/failed/retrying";
import { forgetDraft } from "../screens/new/draft";
import { forgetShopKey } from "../screens/new/key";
import { forgetDrafts } from "../screens/order/drafts";
import { useWords } from "../words";
import { leaveToSignIn } from "./cognito";
import { KeyForm } from "./KeyForm";
import { useIsLost, useSignedIn } from "./session";
import { SignOut } from "./SignOut";

interface Props {
  login: Config["login"];
  /** Why the sign-in that led here did not work. */
  failure: unknown;
  children: ReactNode;
}

/** Shows the page to who is signed in. The URL stays, so that who signs in again is back where they were. */
export function SignedIn({ login, failure, children }: Props) {
  const signedIn = useSignedIn();
  const isLost = useIsLost();
  const words = useWords().signIn;
  const open = login === "none" || signedIn;
  useEffect(() => {
    if (open) return;
    queries.clear();
    // Nothing of the last operator is left in memory, or in the history's entry, for the next one.
    history.replaceState(null, "");
    forgetRetrying();
    forgetDraft();
    forgetDrafts();
    forgetShopKey();
  }, [open]);
  if (open) return children;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="panel w-full max-w-sm space-y-4 p-6">
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        {isLost && (
          <p role="alert" className="text-bad">
            {words.lost}
          </p>
        )}
        {login === "key" ? (
          <KeyForm />
        ) : (
          <>
            <p className="text-soft">{words.cognitoHint}</p>
            {failure ? (
              <p role="alert" className="text-bad">
                {words.failed}
              </p>
            ) : null}
            <button type="button" className="button button-main w-full" onClick={() => void leaveToSignIn(login)}>
              {words.action}
            </button>
            <SignOut login={login} />
          </>
        )}
        <div className="border-t border-line pt-4">
          <Preferences />
        </div>
      </div>
    </main>
  );
}
