import { expect, it } from "vitest";
import { stateOf } from "./camera-state";

it("a camera that reports but delivers no new pictures is frozen", () => {
  expect(stateOf({ online: true, fps: 15 })).toBe("online");
  expect(stateOf({ online: true, fps: 0 })).toBe("frozen");
  expect(stateOf({ online: true, fps: null })).toBe("online");
  expect(stateOf({ online: false, fps: 0 })).toBe("offline");
});
