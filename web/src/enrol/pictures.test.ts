import { describe, expect, it } from "vitest";
import { isSystemFile, maybePicture, unreadable } from "./pictures";

describe("a file's ending", () => {
  it.each(["a.jpg", "a.JPEG", "a.jfif", "a.png", "a.webp", "a.bmp", "a.gif", "two.dots.jpg"])(
    "%s is read by every browser",
    (name) => {
      expect(unreadable(name)).toBeUndefined();
      expect(maybePicture(name)).toBe(true);
    },
  );

  it.each([
    ["IMG_0001.HEIC", "heic", true],
    ["a.heif", "heic", true],
    ["a.avif", "avif", true],
    ["scan.tiff", "tiff", true],
    ["a.ppm", "tiff", true],
    ["DSC1.NEF", "raw", false],
    ["a.dng", "raw", false],
    ["badge.pdf", "pdf", false],
    ["clip.MOV", "video", false],
    ["notes.txt", "other", false],
    ["jpg", "other", false],
  ] as const)("%s is %s", (name, kind, tried) => {
    expect(unreadable(name)).toBe(kind);
    expect(maybePicture(name)).toBe(tried);
  });

  it("files of the system are nobody's photographs", () => {
    expect([".DS_Store", "Thumbs.db", "desktop.ini"].every(isSystemFile)).toBe(true);
    expect(isSystemFile("a.jpg")).toBe(false);
  });
});
