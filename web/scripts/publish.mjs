// Puts the exported pages where the server looks for them, with the kiosk's service worker, and a .gz next to every file that
// compresses well.
//
//   node scripts/publish.mjs FOLDER
import { createHash } from "node:crypto";
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
const files = async (under) =>
  (await readdir(under, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort();

// The page that starts without the network, and what it may load. The runtime's files are large and kept as they are used.
async function writeServiceWorker() {
  const page = path.join(fresh, "kiosk.html");
  const loaded = await files(path.join(fresh, "_next/static"));
  const installed = [path.join(fresh, "manifest.webmanifest"), ...(await files(path.join(fresh, "icons")))];
  const hash = createHash("sha256");
  for (const file of [page, ...loaded, ...installed]) hash.update(await readFile(file));
  const addresses = [...loaded, ...installed].map(
    (file) => `/ui/${path.relative(fresh, file).split(path.sep).join("/")}`,
  );
  const worker = await readFile(new URL("../src/kiosk/service-worker.js", import.meta.url), "utf8");
  const constants = `const VERSION = "${hash.digest("hex").slice(0, 16)}";\nconst FILES = ${JSON.stringify(["/ui/kiosk", ...addresses])};\n`;
  await writeFile(path.join(fresh, "service-worker.js"), constants + worker);
}
await writeServiceWorker();

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
