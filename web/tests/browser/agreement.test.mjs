// The browser's edge and the C++ edge compute the same numbers from the same photograph.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  assertFaultless,
  embedPhotographs,
  installModels,
  makeFolder,
  missing,
  openBrowser,
  openPage,
  photographs,
  placeHarness,
  removeFolder,
  root,
  Server,
  stills,
} from "./support.mjs";

const skip = missing() ?? false;
let folder, server, browser, page;

before(async () => {
  if (skip) return;
  folder = await makeFolder();
  await installModels(path.join(folder, "models"));
  await placeHarness(folder);
  // Without a key, as on a private machine.
  server = new Server(folder, { API_KEY: "" });
  await server.start();
  browser = await openBrowser();
  page = await openPage(browser, server);
  await page.goto("/ui/harness");
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await removeFolder(folder);
});

test("threads may be used: the pages are cross-origin isolated", { skip }, async () => {
  assert.equal(await page.evaluate(() => self.crossOriginIsolated), true);
  const facts = await page.evaluate(() => window.loadEdge("wasm"));
  assert.equal(facts.backend, "wasm");
  assert.ok(facts.threads >= 1);
});

test("a WebGPU adapter whose session fails gives way to WebAssembly, with the reason", { skip }, async () => {
  const other = await openPage(browser, server);
  // The worker finds an adapter, and it has no device.
  const broken =
    "Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => ({}) } });\n";
  await other.route("**/harness/assets/worker*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: broken + (await response.text()) });
  });
  await other.goto("/ui/harness");
  const facts = await other.evaluate(() => window.loadEdge("automatic"));
  assert.equal(facts.backend, "wasm");
  assert.ok(facts.insteadOfWebGpu.length > 0);
  const chosen = await other.evaluate(() => window.loadEdge("webgpu").catch((failure) => failure.message));
  assert.equal(typeof chosen, "string");
  await other.close();
});

test("cosine 0.99 or more on every photograph, and the same faces", { skip, timeout: 300_000 }, async (t) => {
  // What comes with the clips, and LFW photographs where they are kept next to the repository.
  const files = [...(await stills()), ...(await photographs(path.join(root, "../shared/data/lfw10")))];
  assert.ok(files.length > 0);
  const expected = await embedPhotographs(path.join(folder, "models"), files);
  assert.equal(expected.length, files.length);
  let lowest = 1;
  let milliseconds = 0;
  for (const line of expected) {
    const bytes = (await readFile(line.file)).toString("base64");
    const found = await page.evaluate((base64) => window.embed(base64), bytes);
    assert.equal(found.faces, line.faces, line.file);
    const cosine = found.embedding.reduce((sum, value, d) => sum + value * line.embedding[d], 0);
    assert.ok(cosine >= 0.99, `${line.file}: cosine ${cosine}`);
    assert.ok(Math.abs(found.quality.overall - line.quality) < 0.02, `${line.file}: quality`);
    lowest = Math.min(lowest, cosine);
    milliseconds += found.took;
  }
  const each = (milliseconds / files.length).toFixed(0);
  t.diagnostic(`${files.length} photographs, lowest cosine ${lowest.toFixed(6)}, ${each} ms each`);
  assertFaultless(page);
});
