// Puts the exported pages where the server looks for them, with a .gz next to every file that compresses well.
//
//   node scripts/publish.mjs FOLDER
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

const gzip = promisify(zlib.gzip);
const SHRINKS = new Set([".html", ".txt", ".js", ".mjs", ".css", ".json", ".svg", ".wasm"]);
const WORTH_IT = 1024;

const folder = process.argv[2];
if (!folder) throw new Error("publish.mjs needs the folder to write to");
const fresh = `${folder}.new`;
await rm(fresh, { recursive: true, force: true });
await mkdir(path.dirname(folder), { recursive: true });
await cp(new URL("../out/", import.meta.url), fresh, { recursive: true });
for (const entry of await readdir(fresh, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !SHRINKS.has(path.extname(entry.name))) continue;
  const file = path.join(entry.parentPath, entry.name);
  const content = await readFile(file);
  if (content.length < WORTH_IT) continue;
  const small = await gzip(content, { level: 9 });
  if (small.length < content.length * 0.9) await writeFile(`${file}.gz`, small);
}
// A running server sees either the old pages or the new ones.
await rm(`${folder}.old`, { recursive: true, force: true });
await rename(folder, `${folder}.old`).catch(() => undefined);
await rename(fresh, folder);
await rm(`${folder}.old`, { recursive: true, force: true });
