import path from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  output: "export",
  basePath: "/ui",
  reactStrictMode: true,
  poweredByHeader: false,
  images: { unoptimized: true },
  turbopack: { root: path.resolve(import.meta.dirname) },
};

export default config;
