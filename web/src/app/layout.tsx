import "@fontsource-variable/inter";
import "@/styles/index.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { texts } from "@/texts";
import { Providers } from "@/ui/providers";

export const metadata: Metadata = {
  title: { default: texts.brand, template: `%s · ${texts.brand}` },
  robots: { index: false },
};
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
