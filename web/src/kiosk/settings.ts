// Settings of this device as an entrance. Stored in this browser.
import type { Backend } from "@/edge/runtime";

export interface KioskSettings {
  cameraId: string;
  deviceId: string;
  backend: Backend | "automatic";
}

const KEY = "kiosk";
export const CAMERA_ID = "[A-Za-z0-9][A-Za-z0-9._:\\-]{0,63}";

export function readSettings(): KioskSettings {
  const fresh: KioskSettings = { cameraId: "kiosk", deviceId: "", backend: "automatic" };
  try {
    return { ...fresh, ...(JSON.parse(window.localStorage.getItem(KEY) ?? "{}") as Partial<KioskSettings>) };
  } catch {
    return fresh;
  }
}

export function writeSettings(settings: KioskSettings): void {
  window.localStorage.setItem(KEY, JSON.stringify(settings));
}
