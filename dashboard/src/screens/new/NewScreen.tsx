import { useEffect, useId, useRef, useState } from "react";
import { useArrival } from "../../parts/arrival";
import type { Draft } from "../../parts/form/draft";
import { FormContext } from "../../parts/form/form";
import { useWords } from "../../words";
import { Answer } from "./Answer";
import { useCheck } from "./checking";
import { draft, renewIfAccepted, someId } from "./draft";
import { Examples } from "./Examples";
import { askForShopKey, isWithoutKey } from "./key";
import { OrderFields } from "./OrderFields";
import { usePosting, wrongIn } from "./posting";
import { ShopKey } from "./ShopKey";
import { Totals } from "./Totals";

/** `withKey` where the shop's routes may ask for the shop's key. */
export function NewScreen({ withKey }: { withKey: boolean }) {
  const words = useWords().new;
  useArrival(words.title);
  const written = draft.useValue();
  const post = usePosting();
  const check = useCheck(written);
  const [example, setExample] = useState<{ count: number; error: unknown }>({ count: 0, error: null });
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (post.error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    if (isWithoutKey(post.error)) askForShopKey();
  }, [post.error]);
  useEffect(renewIfAccepted, []);
  const choose = (chosen: Draft) => {
    draft.set(chosen);
    setExample({ count: example.count + 1, error: null });
    post.forget();
  };
  /** What is changed after it was accepted is another order. */
  const change = (to: Draft) => {
    const isAnother = post.isSuccess && to.orderId === written.orderId;
    draft.set(isAnother ? { ...to, orderId: someId() } : to);
    post.reset();
  };
  return (
    <>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        <p className="mt-1 text-soft">{words.intro}</p>
      </div>
      <Examples
        onChoose={choose}
        onError={(error) => {
          setExample({ ...example, error });
        }}
      />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <form
          id={formId}
          ref={form}
          className="panel min-w-0 p-4 sm:p-5"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!post.isPending) post.mutate(written);
          }}
        >
          <FormContext key={example.count} value={{ draft: written, change, wrong: wrongIn(written, check.wrong, post) }}>
            <OrderFields />
          </FormContext>
        </form>
        <div className="min-w-0 space-y-4 lg:sticky lg:top-5">
          {/* Nothing above it may change its height: it would move away from the pointer that presses it. */}
          <button form={formId} className="button button-main w-full" aria-disabled={post.isPending}>
            {post.isPending ? words.sending : words.send}
          </button>
          {withKey && <ShopKey />}
          <Answer accepted={post.data} error={post.error ?? example.error} />
          <Totals {...check} />
        </div>
      </div>
    </>
  );
}
