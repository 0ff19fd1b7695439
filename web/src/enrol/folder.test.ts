import { expect, it } from "vitest";
import { peopleOf, personOf } from "./folder";

it("reads code and name as `attend register --dir` does", () => {
  expect(personOf("1001_Ada_Lovelace")).toEqual({ code: "1001", name: "Ada Lovelace" });
  expect(personOf("Ada")).toEqual({ code: "Ada", name: "Ada" });
  expect(personOf("_Ada")).toEqual({ code: "_Ada", name: " Ada" });
});

it("makes a person of each folder and of each picture beside them", () => {
  const file = new File([], "x");
  const people = peopleOf(
    [
      "staff/2_Bob/b.png",
      "staff/1_Ada/a.jpg",
      "staff/1_Ada/b.JPEG",
      "staff/1_Ada/notes.txt",
      "staff/1_Ada/old/c.jpg",
      "staff/3_Cy.jpg",
      "staff/.hidden.jpg",
    ].map((path) => ({ file, path })),
  );
  expect(people.map(({ code, name, pictures }) => [code, name, pictures.length])).toEqual([
    ["1", "Ada", 2],
    ["2", "Bob", 1],
    ["3", "Cy", 1],
  ]);
});
