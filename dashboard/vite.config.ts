import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import api from "../src/orders/api/openapi/openapi.json" with { type: "json" };

const BACKEND = "http://127.0.0.1:8123";

/** Each server has a `config.json` of its own: while developing, this is Vite's, and `dist` has none. */
const localConfig: Plugin = {
  name: "local-config",
  configureServer(server) {
    server.middlewares.use("/config.json", (_, answer) => {
      answer.setHeader("content-type", "application/json");
      answer.end(JSON.stringify({ api: "", login: "none" }));
    });
  },
};

/** Asked as by this address: the links that it makes then lead here, where they may be framed. */
const toBackend = { target: BACKEND, changeOrigin: false };

export default defineConfig({
  base: "./",
  define: { API_EXAMPLES: JSON.stringify(api.paths["/orders"].post.requestBody.content["application/json"].examples) },
  plugins: [react(), tailwind(), localConfig],
  server: {
    host: "127.0.0.1",
    proxy: { "/operations": toBackend, "/orders": toBackend, "/receipt": toBackend, "/files": toBackend },
  },
  build: {
    modulePreload: { polyfill: false },
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
  },
});
