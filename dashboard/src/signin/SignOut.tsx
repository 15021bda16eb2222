import type { Config } from "../api/config";
import { Icon } from "../parts/Icon";
import { useWords } from "../words";
import { leaveToSignOut } from "./cognito";
import { signOut } from "./session";

export function SignOut({ login }: { login: Config["login"] }) {
  const words = useWords().signIn;
  if (login === "none") return null;
  return (
    <button
      type="button"
      className="flex h-8 w-full items-center gap-2.5 rounded-lg px-1 text-soft hover:text-ink"
      onClick={() => {
        signOut();
        if (login === "key") location.reload();
        else leaveToSignOut(login);
      }}
    >
      <Icon name="out" />
      {words.out}
    </button>
  );
}
