import { useEffect, useRef, useState } from "react";

/** The receipt. A renewed link replaces the one before it, but not under the eyes of who reads. */
export function ReceiptFrame({ link, title }: { link: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [shown, setShown] = useState(link);
  useEffect(() => {
    const isRead = frame.current?.matches(":hover, :focus") ?? false;
    if (!isRead) setShown(link);
  }, [link]);
  // A new frame for each link: another address in the same one would be one more step for "back".
  return <iframe key={shown} ref={frame} src={shown} title={title} className="size-full bg-sunken" />;
}
