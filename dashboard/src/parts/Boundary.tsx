import { Component, type ReactNode } from "react";
import { useWords } from "../words";

/** What can't be drawn, or not be fetched to be drawn, leaves the rest of the page as it is. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const words = useWords().common;
  return (
    <div role="alert" className="panel space-y-3 p-6">
      <p>{words.unexpected}</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          location.reload();
        }}
      >
        {words.again}
      </button>
    </div>
  );
}
