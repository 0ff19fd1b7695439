import { describe, expect, it } from "vitest";
import { ListProblem, readPeopleList } from "./people-list";

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const ADA = { line: 2, code: "1001", name: "Zoë", images: ["zoe.jpg"] };

describe("a list of people is accepted", () => {
  it.each([
    ["as RFC 4180 has it", utf8("code,name,images\r\n1001,Zoë,zoe.jpg\r\n")],
    ["with a byte order mark", utf8("\ufeffcode,name,images\n1001,Zoë,zoe.jpg\n")],
    ["with semicolons", utf8("code;name;images\n1001;Zoë;zoe.jpg\n")],
    ["with tabs", utf8("code\tname\timages\n1001\tZoë\tzoe.jpg\n")],
    ["with titles in any case and order", utf8("Images, Name ,CODE\nzoe.jpg,Zoë,1001\n")],
    ["with line ends of CR only", utf8("code,name,images\r1001,Zoë,zoe.jpg\r")],
    ["without a last line end", utf8("code,name,images\n1001,Zoë,zoe.jpg")],
    ["with more columns", utf8("code,team,name,images,floor\n1001,A,Zoë,zoe.jpg,3\n")],
    ["with everything quoted", utf8('"code","name","images"\n"1001","Zoë","zoe.jpg"\n')],
    ["with empty lines at the end", utf8("code,name,images\n1001,Zoë,zoe.jpg\n\n \n")],
    ["with empty cells at the end", utf8("code,name,images\n1001,Zoë,zoe.jpg,,\n")],
  ])("%s", (_, content) => {
    expect(readPeopleList(content)).toEqual({ people: [ADA], guessedEncoding: false });
  });

  it("in Windows-1252, which is said", () => {
    expect(readPeopleList(bytes("code;name;images\r\n1001;Zo\xeb;zoe.jpg\r\n"))).toEqual({
      people: [ADA],
      guessedEncoding: true,
    });
  });

  it("in UTF-16 with a byte order mark", () => {
    const text = "\ufeffcode\tname\timages\r\n1001\tZoë\tzoe.jpg\r\n";
    const content = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; ++i) {
      content[2 * i] = text.charCodeAt(i) & 0xff;
      content[2 * i + 1] = text.charCodeAt(i) >> 8;
    }
    expect(readPeopleList(content).people).toEqual([ADA]);
  });

  it("with Excel's hint of the separator", () => {
    expect(readPeopleList(utf8("sep=;\r\ncode;name;images\r\n1001;Zoë;zoe.jpg\r\n")).people).toEqual([
      { ...ADA, line: 3 },
    ]);
  });

  it("with several images, whatever the separator", () => {
    for (const text of [
      "code,name,images\n1,Bob,a.jpg; b.jpg ;\n",
      "code;name;images\n1;Bob;a.jpg;b.jpg\n",
      'code;name;images\n1;Bob;"a.jpg;b.jpg"\n',
      'code;images;name\n1;"a.jpg;b.jpg";Bob\n',
    ])
      expect(readPeopleList(utf8(text)).people[0]).toMatchObject({ name: "Bob", images: ["a.jpg", "b.jpg"] });
  });

  it("with quotes, separators and line ends inside quotes", () => {
    const { people } = readPeopleList(
      utf8('code,name,images\r\n1,"King, ""Ada""\r\nL",a.jpg\r\n2,Bob,b.jpg\r\n'),
    );
    expect(people.map(({ line, name }) => [line, name])).toEqual([
      [2, 'King, "Ada"\r\nL'],
      [4, "Bob"],
    ]);
  });

  it("with names in composed form", () => {
    expect(readPeopleList(utf8("code,name,images\n1,Mu\u0308ller,a.jpg\n")).people[0]!.name).toBe(
      "M\u00fcller",
    );
  });
});

describe("a list of people is refused, with the line and what to do", () => {
  it.each([
    ["", /empty/],
    ["\n\n", /empty/],
    ["code,name,images\n", /names nobody/],
    ["code,name\n1,Bob\n", /no column “images”.*code, name/],
    ["Kode;Name;Images\n1;Bob;a.jpg\n", /no column “code”.*Kode, Name, Images/],
    ["code,name,images,Name\n1,Bob,a.jpg,B\n", /“name” twice/],
    ["code,name,images\n,Bob,a.jpg\n", /Line 2.*no code/],
    ["code,name,images\n1,,a.jpg\n", /Line 2.*no name/],
    ["code,name,images\n1,Bob,a.jpg\n1,Cy,b.jpg\n", /“1”.*lines 2 and 3/],
    ["code,name,images\n1,King, Ada,a.jpg\n", /Line 2 has 4 cells.*3/],
    ['code,name,images\n1,"Bob,a.jpg\n', /Line 2.*never closed/],
    ['code,name,images\n1,"Bob"x,a.jpg\n', /Line 2.*after a closing quote/],
    ['code,name,images\n1,B"o"b,a.jpg\n', /Line 2.*quote/],
    ["code,name,images\n1,B\u0000b,a.jpg\n", /UTF-8/],
  ])("%j", (text, expected) => {
    const read = () => readPeopleList(utf8(text));
    expect(read).toThrow(ListProblem);
    expect(read).toThrow(expected);
  });

  it("UTF-16 without a byte order mark", () => {
    expect(() => readPeopleList(bytes("c\0o\0d\0e\0"))).toThrow(/UTF-8/);
  });
});
