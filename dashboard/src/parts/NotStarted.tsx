import { useWords } from "../words";

/** There is no `config.json`: nothing can be asked of anybody. */
export function NotStarted() {
  const words = useWords();
  return (
    <main className="grid min-h-dvh place-items-center p-4 text-center">
      <div className="space-y-4">
        <h1 className="text-lg font-semibold">{words.signIn.noConfig}</h1>
        <button
          type="button"
          className="button"
          onClick={() => {
            location.reload();
          }}
        >
          {words.common.again}
        </button>
      </div>
    </main>
  );
}
