import type { Metadata } from "next";
import { texts } from "@/texts";
import { KioskGuard } from "./guard";
import { Kiosk } from "./kiosk";

export const metadata: Metadata = {
  title: texts.kiosk.title,
  manifest: "/ui/manifest.webmanifest",
  icons: { icon: "/ui/icon.svg", apple: "/ui/icons/192.png" },
  appleWebApp: { capable: true, title: texts.kiosk.title, statusBarStyle: "black" },
};

export default function Page() {
  return (
    <KioskGuard>
      <Kiosk />
    </KioskGuard>
  );
}
