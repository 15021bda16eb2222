import { useEffect, useRef, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Refused } from "../../api/errors";
import { postOrder } from "../../api/orders";
import type { WrongField } from "../../api/types";
import { useArrival } from "../../parts/arrival";
import { useWords } from "../../words";
import { Answer } from "./Answer";
import { bodyOf, draft, noteAccepted, renewIfAccepted, someId, type Draft } from "./draft";
import { Examples } from "./Examples";
import { OrderFields } from "./OrderFields";
import { WrongFields } from "./problems";
import { askForShopKey, isWithoutKey, ShopKey, shopKey } from "./ShopKey";

const NOTHING_WRONG: WrongField[] = [];

/** `withKey` where the shop's routes may ask for the shop's key. */
export function NewScreen({ withKey }: { withKey: boolean }) {
  const words = useWords().new;
  useArrival(words.title);
  const written = draft.useValue();
  const [noExample, setNoExample] = useState<unknown>(null);
  const key = shopKey.useValue();
  const post = useMutation({
    mutationFn: (posted: Draft) => postOrder(bodyOf(posted), key),
    gcTime: 0,
    onSuccess: (_, posted) => {
      noteAccepted(posted);
    },
  });
  const wrong = post.error instanceof Refused ? (post.error.problem.errors ?? NOTHING_WRONG) : NOTHING_WRONG;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [wrong]);
  useEffect(() => {
    if (isWithoutKey(post.error)) askForShopKey();
  }, [post.error]);
  useEffect(renewIfAccepted, []);
  const choose = (example: Draft) => {
    draft.set(example);
    setNoExample(null);
    post.reset();
  };
  /** What is changed after it was accepted is another order. */
  const change = (to: Draft) => {
    const isAnother = post.isSuccess && to.orderId === written.orderId;
    draft.set(isAnother ? { ...to, orderId: someId() } : to);
    if (post.isSuccess) post.reset();
  };
  return (
    <>
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
        <p className="mt-1 text-soft">{words.intro}</p>
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 space-y-4 lg:order-2">
          <Examples onChoose={choose} onError={setNoExample} />
          {withKey && <ShopKey />}
        </div>
        <form
          ref={form}
          className="panel min-w-0 space-y-5 p-4 sm:p-5"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!post.isPending) post.mutate(written);
          }}
        >
          <WrongFields value={wrong}>
            <OrderFields draft={written} onChange={change} />
          </WrongFields>
          <Answer accepted={post.data} error={post.error ?? noExample} />
          <button className="button button-main max-sm:w-full" aria-disabled={post.isPending}>
            {post.isPending ? words.sending : words.send}
          </button>
        </form>
      </div>
    </>
  );
}
