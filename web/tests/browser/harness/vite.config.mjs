import path from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;
export default defineConfig({
  root: here,
  base: "/ui/harness/",
  logLevel: "error",
  resolve: { alias: { "@": path.resolve(here, "../../../src") } },
  worker: { format: "es" },
  build: { outDir: process.env.HARNESS_OUT, emptyOutDir: true, modulePreload: false, target: "es2022" },
});
