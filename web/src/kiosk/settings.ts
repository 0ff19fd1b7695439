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

const ALLOWED = "kiosk-allowed";

/** Whether this browser was signed in or paired when the server last answered. */
export const isAllowed = (): boolean => window.localStorage.getItem(ALLOWED) !== null;

/** Whether it was paired with a PIN. Only the server can check one. */
export const isPinSet = (): boolean => window.localStorage.getItem(ALLOWED) === "pin";

export function rememberAllowed(allowed: boolean, pinRequired: boolean): void {
  if (allowed) window.localStorage.setItem(ALLOWED, pinRequired ? "pin" : "yes");
  else window.localStorage.removeItem(ALLOWED);
}

export function writeSettings(settings: KioskSettings): void {
  window.localStorage.setItem(KEY, JSON.stringify(settings));
}
