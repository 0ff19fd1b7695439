import { expect, it } from "vitest";
import { fold, matchesWords, pieceOf } from "./fold";

it("accents, case and apostrophes do not matter", () => {
  expect(fold("José")).toBe(fold("jose"));
  expect(fold("Nguyễn")).toBe(fold("nguyen"));
  expect(fold("O’Neil")).toBe(fold("o'neil"));
  expect(fold("أحمد")).toBe(fold("احمد"));
  expect(fold("Łódź Øre Straße")).toBe("lodz ore strasse");
});

it("the order of words does not matter, and the code counts too", () => {
  expect(matchesWords("lovelace ada", "Ada Lovelace", "E-1001")).toBe(true);
  expect(matchesWords("ada 1001", "Ada Lovelace", "E-1001")).toBe(true);
  expect(matchesWords("ada hopper", "Ada Lovelace", "E-1001")).toBe(false);
  expect(matchesWords("", "Ada Lovelace")).toBe(true);
});

it("a server is asked for one piece of the name", () => {
  expect(pieceOf("lovelace ada")).toBe("lovelace");
  expect(pieceOf("o'neil")).toBe("neil");
  expect(pieceOf("  ")).toBe("");
});
