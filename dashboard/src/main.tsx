import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { loadConfig } from "./api/config";
import { queries } from "./api/poll";
import { useHashPath } from "./location";
import { Boundary } from "./parts/Boundary";
import { NotStarted } from "./parts/NotStarted";
import { Skeleton } from "./parts/Skeleton";
import { Frame } from "./screens/Frame";
import { arrive, landed } from "./signin/cognito";
import { SignedIn } from "./signin/SignedIn";
import { Speaking } from "./words";

async function start() {
  const arrival = landed();
  const config = await loadConfig();
  let failure: unknown = null;
  if (arrival && typeof config.login === "object") {
    await arrive(config.login, arrival).catch((error: unknown) => (failure = error));
  }
  return (
    <QueryClientProvider client={queries}>
      <Router hook={useHashPath}>
        <SignedIn login={config.login} failure={failure}>
          <Frame login={config.login} />
        </SignedIn>
      </Router>
    </QueryClientProvider>
  );
}

const root = createRoot(document.getElementById("root") as HTMLElement);

function draw(page: ReactNode) {
  root.render(
    <StrictMode>
      <Speaking>
        <Boundary>{page}</Boundary>
      </Speaking>
    </StrictMode>,
  );
}

draw(<Skeleton lines={8} />);
void start()
  .catch(() => <NotStarted />)
  .then(draw);
