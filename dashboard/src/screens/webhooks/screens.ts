/** The two screens, loaded together. */

export { EndpointScreen } from "./EndpointScreen";
export { WebhooksScreen } from "./WebhooksScreen";
