// Generates the types of the server's API from its OpenAPI document.
//
//   node scripts/api-types.mjs            writes src/api/schema.d.ts
//   node scripts/api-types.mjs --check    exits with 1 if the file is out of date
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const document = new URL("../../src/api/openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);
const heading = "// Made from src/api/openapi.json by `npm run types`; not to be changed by hand.\n\n";

const wanted = heading + astToString(await openapiTS(document, { alphabetize: true })).trimEnd() + "\n";
const there = await readFile(target, "utf8").catch(() => "");
if (process.argv.includes("--check")) {
  if (there !== wanted) {
    console.error(
      "web/src/api/schema.d.ts is out of date with src/api/openapi.json; run `npm run types` in web/",
    );
    process.exit(1);
  }
} else if (there !== wanted) {
  await writeFile(target, wanted);
}
