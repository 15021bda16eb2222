import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import type { Config } from "../api/config";
import { follow } from "../location";
import { Boundary } from "../parts/Boundary";
import { Help } from "../parts/Help";
import { Notice } from "../parts/notice";
import { useShortcuts } from "../parts/shortcuts";
import { Skeleton } from "../parts/Skeleton";
import { StaleBanner } from "../parts/StaleBanner";
import { useWords } from "../words";
import { FailedScreen } from "./failed/FailedScreen";
import { NewScreen } from "./new/NewScreen";
import { OrderScreen } from "./order/OrderScreen";
import { OrdersScreen } from "./orders/OrdersScreen";
import { RegisterScreen } from "./register/RegisterScreen";
import { SideBar } from "./SideBar";
import { TabBar } from "./TabBar";

/** What no other screen needs: the chart of Live, and all that webhooks take. */
const loadLive = () => import("./live/LiveScreen");
const LiveScreen = lazy(loadLive);
const loadWebhooks = () => import("./webhooks/screens");
const WebhooksScreen = lazy(async () => ({ default: (await loadWebhooks()).WebhooksScreen }));
const EndpointScreen = lazy(async () => ({ default: (await loadWebhooks()).EndpointScreen }));

export function Frame({ login }: { login: Config["login"] }) {
  const words = useWords();
  const [path] = useLocation();
  const [help, setHelp] = useState(false);
  const openHelp = () => {
    setHelp(true);
  };
  const shortcuts = useMemo(
    () => ({
      "?": openHelp,
      "g o": () => {
        follow("/orders");
      },
      "g f": () => {
        follow("/failed");
      },
      "g r": () => {
        follow("/register");
      },
      "g w": () => {
        follow("/webhooks");
      },
      "g l": () => {
        follow("/live");
      },
      "g n": () => {
        follow("/new");
      },
    }),
    [],
  );
  useShortcuts(shortcuts);
  useEffect(() => {
    // Ahead of its use, when the server may not be reached. A failure is shown there.
    loadLive().catch(() => undefined);
    loadWebhooks().catch(() => undefined);
  }, []);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <button
        type="button"
        className="button sr-only top-2 left-2 z-40 focus:not-sr-only focus:fixed focus:px-3"
        onClick={() => document.querySelector("main")?.focus()}
      >
        {words.skip}
      </button>
      <SideBar login={login} onHelp={openHelp} />
      <TabBar login={login} onHelp={openHelp} />
      <div className="min-w-0 pb-20 lg:pb-0">
        <StaleBanner />
        <main tabIndex={-1} className="mx-auto max-w-6xl space-y-5 px-4 py-5 outline-none sm:px-6 lg:px-8 lg:py-7">
          <Boundary key={path}>
            <Suspense fallback={<Skeleton lines={12} />}>
              <Switch>
                <Route path="/orders" component={OrdersScreen} />
                <Route path="/orders/:orderId">{({ orderId }) => <OrderScreen key={orderId} orderId={orderId} />}</Route>
                <Route path="/failed" component={FailedScreen} />
                <Route path="/register" component={RegisterScreen} />
                <Route path="/webhooks" component={WebhooksScreen} />
                <Route path="/webhooks/:id">{({ id }) => <EndpointScreen key={id} id={id} />}</Route>
                <Route path="/live" component={LiveScreen} />
                <Route path="/new">
                  <NewScreen withKey={login !== "none"} />
                </Route>
                <Route>
                  <Redirect to="/orders" replace />
                </Route>
              </Switch>
            </Suspense>
          </Boundary>
        </main>
      </div>
      <Notice />
      {help && (
        <Help
          onClose={() => {
            setHelp(false);
          }}
        />
      )}
    </div>
  );
}
