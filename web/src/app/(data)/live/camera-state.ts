// What is known of a camera, in one word; the live page and the system page say the same.
import type { Camera } from "@/api/client";
import type { Tone } from "@/ui/parts";

/** "frozen": its edge reports, but the camera delivers no new pictures. */
export type CameraState = "online" | "frozen" | "offline";

export const stateOf = ({ online, fps }: Pick<Camera, "online" | "fps">): CameraState =>
  !online ? "offline" : fps === 0 ? "frozen" : "online";

export const STATE_TONES: Record<CameraState, Tone> = { online: "good", frozen: "warn", offline: "bad" };
