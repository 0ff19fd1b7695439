import { plural } from "./numbers";

export const live = {
  title: "Live",
  lede: "What the cameras see and what the system decides.",
  wall: "Wall screen",
  leaveWall: "Leave the wall screen",
  cameras: "Cameras",
  empty: "No camera has connected yet",
  emptyHint:
    "Start one with “attend camera --source 0 --camera-id entrance --live”, or use this device as a kiosk.",
  openKiosk: "Open the kiosk",
  state: { live: "Live", online: "Online", frozen: "No new pictures", offline: "Offline" },
  noPicture: "This camera recognises people but sends no picture. “attend camera --live” sends one.",
  kioskPicture: "A kiosk recognises people in its own page and sends no picture.",
  offlinePicture: (since: string) => `No contact since ${since}.`,
  connecting: "Waiting for a picture…",
  picture: (camera: string) => `Live picture of ${camera}`,
  fps: (fps: string) => `${fps} frames a second`,
  seen: (time: string) => `last seen ${time}`,
  events: (count: number) => plural(count, "event", "events"),
  waiting: (count: number) => `${plural(count, "event", "events")} waiting at the edge`,
  decisions: "Decisions",
  decisionsOf: (camera: string) => `Every decision of ${camera}`,
  noDecisions: "Nothing yet. Decisions appear here as they are made.",
  lost: (count: number) => `${plural(count, "message", "messages")} skipped: this page could not keep up.`,
  nobody: "Not identified",
};
