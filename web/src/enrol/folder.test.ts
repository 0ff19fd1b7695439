import { describe, expect, it } from "vitest";
import { peopleOf, personOf, readFolder } from "./folder";

const file = new File([], "x");
const files = (...paths: string[]) => paths.map((path) => ({ file, path }));

it("reads code and name as `attend register --dir` does", () => {
  expect(personOf("1001_Ada_Lovelace")).toEqual({ code: "1001", name: "Ada Lovelace" });
  expect(personOf("Ada")).toEqual({ code: "Ada", name: "Ada" });
  expect(personOf("_Ada")).toEqual({ code: "_Ada", name: " Ada" });
});

it("takes a first name that several share for a name, not a code", () => {
  const { people, clash } = peopleOf(
    files("staff/Anna_Svensson/1.jpg", "staff/Anna_Berg.jpg", "staff/ML_Mia_Lind/1.jpg"),
  );
  expect(people.map(({ code, name }) => [code, name])).toEqual([
    ["Anna_Berg", "Anna Berg"],
    ["Anna_Svensson", "Anna Svensson"],
    ["ML", "Mia Lind"],
  ]);
  expect(clash).toBeUndefined();
});

it("names two people with one code", () => {
  const { clash } = peopleOf(files("staff/E-7_Anna/1.jpg", "staff/E-7_Berta/1.jpg"));
  expect(clash).toEqual({ code: "E-7", names: ["Anna", "Berta"] });
});

it("makes a person of each folder and of each picture next to them", () => {
  const { people } = peopleOf(
    files(
      "staff/2_Bob/b.png",
      "staff/1_Ada/a.jpg",
      "staff/1_Ada/b.JPEG",
      "staff/1_Ada/notes.txt",
      "staff/1_Ada/old/c.jpg",
      "staff/3_Cy.jpg",
      "staff/.hidden.jpg",
    ),
  );
  expect(people.map(({ code, name, pictures }) => [code, name, pictures.length])).toEqual([
    ["1", "Ada", 2],
    ["2", "Bob", 1],
    ["3", "Cy", 1],
  ]);
});

it("names each file that is nobody's photograph, and no file of the system", () => {
  const { people, leftOut } = peopleOf(
    files(
      "staff/1_Ada/a.jpg",
      "staff/1_Ada/notes.txt",
      "staff/1_Ada/old/c.jpg",
      "staff/1_Ada/.DS_Store",
      "staff/Thumbs.db",
      "staff/.git/a.jpg",
    ),
  );
  expect(people).toHaveLength(1);
  expect(leftOut).toEqual([
    { path: "staff/1_Ada/notes.txt", reason: "other" },
    { path: "staff/1_Ada/old/c.jpg", reason: "deep" },
  ]);
});

it("keeps pictures that cannot be read here with their person, so that each is named", () => {
  const { people, leftOut } = peopleOf(
    files("staff/1_Ada/IMG_1.HEIC", "staff/1_Ada/badge.pdf", "staff/2_Bob.avif", "staff/3_Cy.NEF"),
  );
  expect(people.map(({ code, pictures }) => [code, pictures.length])).toEqual([
    ["1", 2],
    ["2", 1],
    ["3", 1],
  ]);
  expect(leftOut).toEqual([]);
});

describe("a list in the folder", () => {
  const list = (text: string, name = "people.csv") => ({
    file: new File([text], name),
    path: `staff/${name}`,
  });

  it("says who is who, and which files it does not name", async () => {
    const folder = await readFolder([
      list("Code;Name;Images\n1;Ada;photos/a.jpg;.\\photos\\b.jpg\n2;Bob;photos/gone.jpg\n"),
      ...files("staff/photos/a.jpg", "staff/photos/b.jpg", "staff/photos/c.jpg"),
    ]);
    expect(
      folder.people.map(({ code, name, pictures, missing }) => [code, name, pictures.length, missing]),
    ).toEqual([
      ["1", "Ada", 2, []],
      ["2", "Bob", 0, ["photos/gone.jpg"]],
    ]);
    expect(folder.leftOut).toEqual([{ path: "staff/photos/c.jpg", reason: "unlisted" }]);
    expect(folder.list).toEqual({ name: "people.csv", guessedEncoding: false });
  });

  it("that cannot be used says why, and the folders' names count", async () => {
    const folder = await readFolder([list("first,last\nAda,King\n"), ...files("staff/1_Ada/a.jpg")]);
    expect(folder.people.map(({ name }) => name)).toEqual(["Ada"]);
    expect(folder.list?.problem).toMatch(/no column “code”/);
  });

  it("in a person's folder is not the list", async () => {
    const folder = await readFolder([
      ...files("staff/1_Ada/a.jpg"),
      { ...list("code,name,images\n"), path: "staff/1_Ada/people.csv" },
    ]);
    expect(folder.list).toBeUndefined();
    expect(folder.leftOut).toEqual([{ path: "staff/1_Ada/people.csv", reason: "other" }]);
  });
});
