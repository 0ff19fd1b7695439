import { expect, it, vi } from "vitest";
import { keepScreenOn } from "./wake-lock";

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";
  show(state: DocumentVisibilityState) {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

function locks() {
  const released = vi.fn(() => Promise.resolve());
  const request = vi.fn(() => Promise.resolve({ release: released } as unknown as WakeLockSentinel));
  return { request, released };
}

it("is requested again each time the page is shown, and not while it is hidden", () => {
  const page = new Page();
  const { request } = locks();
  const stop = keepScreenOn(page as unknown as Document, { request });
  expect(request).toHaveBeenCalledTimes(1);
  page.show("hidden");
  expect(request).toHaveBeenCalledTimes(1);
  page.show("visible");
  page.show("hidden");
  page.show("visible");
  expect(request).toHaveBeenCalledTimes(3);
  stop();
  page.show("visible");
  expect(request).toHaveBeenCalledTimes(3);
});

it("is requested when a page that opened in the background is shown", () => {
  const page = new Page();
  page.visibilityState = "hidden";
  const { request } = locks();
  keepScreenOn(page as unknown as Document, { request });
  expect(request).not.toHaveBeenCalled();
  page.show("visible");
  expect(request).toHaveBeenCalledTimes(1);
});

it("is released at the end, and a refusal is no failure", async () => {
  const page = new Page();
  const { request, released } = locks();
  const stop = keepScreenOn(page as unknown as Document, { request });
  stop();
  await vi.waitFor(() => expect(released).toHaveBeenCalledTimes(1));
  keepScreenOn(page as unknown as Document, { request: () => Promise.reject(new Error("low battery")) })();
});
