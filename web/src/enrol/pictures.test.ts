import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { texts } from "@/texts";
import { FOREIGN, type ForeignKind, isSystemFile, isWorthATry, kindOf, READABLE } from "./pictures";

describe("a file's ending", () => {
  it.each([
    ["a.jpg", "readable", true],
    ["a.JPEG", "readable", true],
    ["two.dots.webp", "readable", true],
    ["IMG_0001.HEIC", "heic", true],
    ["a.avif", "avif", true],
    ["a.gif", "gif", true],
    ["scan.tiff", "tiff", true],
    ["DSC1.NEF", "raw", false],
    ["badge.pdf", "pdf", false],
    ["a.psd", "photoshop", false],
    ["notes.txt", "other", true],
    ["jpg", "other", true],
  ] as const)("%s is %s", (name, kind, tried) => {
    expect(kindOf(name)).toBe(kind);
    expect(isWorthATry(name)).toBe(tried);
  });

  it("files of the system are nobody's photographs", () => {
    expect([".DS_Store", "Thumbs.db", "desktop.ini"].every(isSystemFile)).toBe(true);
    expect(isSystemFile("a.jpg")).toBe(false);
  });
});

describe("images.json", () => {
  const file = path.resolve(import.meta.dirname, "../../../tests/traces/images.json");
  const { read, not_read: foreign } = JSON.parse(readFileSync(file, "utf8")) as {
    read: { attend: string[]; browser: string[] };
    not_read: { kind: string; endings: string[]; remedy: string }[];
  };

  it("the endings that are read", () => {
    expect(READABLE).toEqual(read.browser);
    const rest = read.attend.filter((ending) => !read.browser.includes(ending));
    expect(FOREIGN.tiff).toEqual(rest);
  });

  it.each(foreign)("$kind", ({ kind, endings, remedy }) => {
    const found = kindOf(`a${endings[0]}`) as ForeignKind;
    expect(FOREIGN[found]).toEqual(endings);
    expect(texts.unreadable[found]).toBe(`${kind}: ${remedy}.`);
  });
});
