import { plural } from "./numbers";

export const live = {
  title: "Live",
  lede: "What the cameras see, and what is decided.",
  wall: "Wall screen",
  leaveWall: "Leave the wall screen",
  cameras: "Cameras",
  empty: "No camera has been seen yet",
  emptyHint:
    "Start one with “attend camera --source 0 --camera-id entrance --live”, or make this device an entrance.",
  openKiosk: "Open the kiosk",
  state: { live: "Live", online: "Online", offline: "Offline" },
  noPicture: "This camera recognises but sends no picture. “attend camera --live” sends one.",
  kioskPicture: "A kiosk recognises in its own page and sends no picture.",
  offlinePicture: (since: string) => `Not heard of since ${since}.`,
  connecting: "Waiting for a picture…",
  picture: (camera: string) => `Live picture of ${camera}`,
  fps: (fps: string) => `${fps} frames a second`,
  seen: (time: string) => `last heard of ${time}`,
  events: (count: number) => plural(count, "event", "events"),
  waiting: (count: number) => `${plural(count, "event", "events")} waiting at the edge`,
  decisions: "Decisions",
  noDecisions: "Nothing yet. Decisions appear here as they are made.",
  lost: (count: number) =>
    `${plural(count, "message", "messages")} skipped: this page was too slow for them.`,
  nobody: "Nobody known",
};
