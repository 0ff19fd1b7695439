"use client";
import { useEffect, useState } from "react";
import { isDevice } from "@/api/access";
import { useSession } from "@/api/queries";
import { isPinSet, readSettings, writeSettings } from "@/kiosk/settings";
import { LeaveDialog } from "./leave-dialog";
import { KioskScreen } from "./screen";
import { KioskSetup } from "./setup";

export function Kiosk() {
  const session = useSession();
  const [settings, setSettings] = useState(readSettings);
  // "/ui/kiosk?start" starts at once, for a tablet that opens its browser at boot.
  const [running, setRunning] = useState(() => new URLSearchParams(window.location.search).has("start"));
  const [leaving, setLeaving] = useState(false);
  const cameras = session.data?.cameras;
  const pinRequired = session.data?.pin_required ?? isPinSet();
  const stop = () => {
    setLeaving(false);
    setRunning(false);
  };
  // Loaded again, a page that needs a PIN to be left must not stop at its settings.
  useEffect(() => {
    const search = running ? "?start" : "";
    if (window.location.search !== search)
      window.history.replaceState(null, "", window.location.pathname + search);
  }, [running]);
  if (!running)
    return (
      <KioskSetup
        settings={settings}
        cameras={cameras ?? undefined}
        isPaired={isDevice(session.data)}
        onStart={(chosen) => {
          writeSettings(chosen);
          setSettings(chosen);
          setRunning(true);
        }}
      />
    );
  return (
    <>
      <KioskScreen settings={settings} onStop={() => (pinRequired ? setLeaving(true) : stop())} />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} onLeave={stop} />}
    </>
  );
}
