"use client";
import { useState } from "react";
import { readSettings, writeSettings } from "@/kiosk/settings";
import { KioskScreen } from "./screen";
import { KioskSetup } from "./setup";

export function Kiosk() {
  const [settings, setSettings] = useState(readSettings);
  // "/ui/kiosk?start" starts at once, for a tablet that opens its browser at boot.
  const [running, setRunning] = useState(() => new URLSearchParams(window.location.search).has("start"));
  if (!running)
    return (
      <KioskSetup
        settings={settings}
        onStart={(chosen) => {
          writeSettings(chosen);
          setSettings(chosen);
          setRunning(true);
        }}
      />
    );
  return <KioskScreen settings={settings} onStop={() => setRunning(false)} />;
}
