// What devices and files of the field do to the pages: cameras that freeze, photographs that no browser reads, lists of people
// as spreadsheets write them.
import assert from "node:assert/strict";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  assertAccessible,
  assertFaultless,
  clips,
  installModels,
  makeFolder,
  missing,
  openBrowser,
  openPage,
  placePages,
  readSheet,
  removeFolder,
  Server,
  signIn,
  stills,
} from "./support.mjs";

const skip = missing() ?? false;
const options = { skip, timeout: 300_000 };
let folder, server, browser;

before(async () => {
  if (skip) return;
  folder = await makeFolder();
  await placePages(folder);
  await installModels(path.join(folder, "models"));
  // Many records of one person within hours.
  server = new Server(folder, { COOLDOWN_SECONDS: "1" });
  await server.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await removeFolder(folder);
});

/** A camera that delivers new pictures only while `moving` is true, and a count of what the page asks of the device. */
function fakeDevice() {
  window.moving = true;
  window.opened = 0;
  window.locks = 0;
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext("2d");
  let picture = 0;
  setInterval(() => {
    if (!window.moving) return;
    ++picture;
    context.fillStyle = `rgb(${picture % 256}, 90, 90)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 40);
  navigator.mediaDevices.getUserMedia = () => {
    ++window.opened;
    return Promise.resolve(canvas.captureStream(25));
  };
  Object.defineProperty(navigator, "wakeLock", {
    value: {
      request: () => {
        ++window.locks;
        return Promise.resolve({ release: () => Promise.resolve() });
      },
    },
  });
}

async function until(what, holds) {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test(
  "a kiosk whose camera shows its last picture for ever says so, and does not count as watching",
  options,
  async () => {
    const page = await openPage(browser, server);
    await page.addInitScript(fakeDevice);
    await signIn(page, "/kiosk");
    await page.getByLabel("Name of this entrance").fill("tablet");
    await page.getByLabel("Computed by").selectOption("wasm");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("Look into the camera").first().waitFor();
    const camera = async () => (await server.get("/api/v1/cameras")).items.find(({ id }) => id === "tablet");
    await until("frames are reported", async () => ((await camera())?.fps ?? 0) > 0);
    assert.equal(await page.evaluate(() => window.opened), 1);

    await page.evaluate(() => (window.moving = false));
    await page.getByText("The camera delivers no new pictures").waitFor();
    const frozen = Date.now();
    await assertAccessible(page, "a frozen camera");
    await until("the heartbeat says so", async () => (await camera()).fps === 0);
    await until("the camera is opened again", () => page.evaluate(() => window.opened > 1));
    const live = await openPage(browser, server, { storageState: await page.context().storageState() });
    await live.goto("/ui/live");
    await live.getByRole("article", { name: "tablet" }).getByText("No new pictures").waitFor();
    assertFaultless(live);
    await live.close();

    await page.evaluate(() => (window.moving = true));
    await page.getByText("The camera delivers no new pictures").waitFor({ state: "detached" });
    await until("frames are reported again", async () => (await camera()).fps > 0);
    const from = new Date(frozen - 60_000).toISOString();
    const to = new Date(Date.now() + 60_000).toISOString();
    const { coverage } = await server.get(`/api/v1/analytics?from=${from}&to=${to}&zone=UTC`);
    const spans = coverage.flatMap(({ intervals }) => intervals);
    assert.ok(
      spans.every(({ from: begin, to: end }) => Date.parse(end) < frozen || Date.parse(begin) > frozen),
      `${new Date(frozen).toISOString()} is in none of ${JSON.stringify(spans)}`,
    );
    assert.ok(spans.length > 0);

    const locks = await page.evaluate(() => window.locks);
    await page.evaluate(() => {
      const show = (state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      };
      show("hidden");
      show("visible");
    });
    assert.equal(await page.evaluate(() => window.locks), locks + 1);
    assertFaultless(page);
    await page.close();
  },
);

/** A device without a camera, until one is plugged in. */
function missingCamera() {
  window.plugged = false;
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext("2d");
  let picture = 0;
  setInterval(() => {
    context.fillStyle = `rgb(${++picture % 256}, 90, 90)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 40);
  navigator.mediaDevices.getUserMedia = () =>
    window.plugged
      ? Promise.resolve(canvas.captureStream(25))
      : Promise.reject(new DOMException("none", "NotFoundError"));
}

async function startKiosk(page) {
  await page.getByLabel("Name of this entrance").fill("tablet");
  await page.getByLabel("Computed by").selectOption("wasm");
  await page.getByRole("button", { name: "Start" }).click();
}

test("a kiosk whose camera is missing says so and opens it by itself", options, async () => {
  const page = await openPage(browser, server);
  await page.addInitScript(missingCamera);
  await signIn(page, "/kiosk");
  await startKiosk(page);
  await page.getByText("No camera was found on this device.").waitFor();
  await page.getByText(/Next attempt in \d+ s|Trying again/).waitFor();
  await assertAccessible(page, "a missing camera");
  await page.evaluate(() => {
    window.plugged = true;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  });
  await page.getByText("You are recognised as you walk past.").waitFor();
  assertFaultless(page);
  await page.close();
});

test("a kiosk whose models could not be fetched tries again by itself", options, async () => {
  const page = await openPage(browser, server, { expected: [/status of 503/] });
  await page.addInitScript(missingCamera);
  await page.addInitScript(() => (window.plugged = true));
  let failing = true;
  await page
    .context()
    .route("**/api/v1/models", (route) =>
      failing ? route.fulfill({ status: 503, body: "" }) : route.continue(),
    );
  await signIn(page, "/kiosk");
  await startKiosk(page);
  await page.getByText("One moment, please").waitFor();
  await page.getByText(/Next attempt in \d+ s|Trying again/).waitFor();
  failing = false;
  await page.getByText("You are recognised as you walk past.").waitFor();
  assertFaultless(page);
  await page.close();
});

test("a kiosk starts without the server, and its events wait", options, async () => {
  const page = await openPage(browser, server, {
    expected: [/ERR_CONNECTION|ERR_EMPTY|ERR_FAILED|service worker/i],
  });
  await page.addInitScript(missingCamera);
  await page.addInitScript(() => (window.plugged = true));
  await signIn(page, "/kiosk");
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector("link[rel=manifest]");
    return (await fetch(link.href)).json();
  });
  assert.equal(manifest.start_url, "/ui/kiosk?start");
  for (const { src } of manifest.icons) {
    const icon = await page.request.get(`/ui/${src}`);
    assert.equal(icon.headers()["content-type"], "image/png");
  }
  await startKiosk(page);
  await page.getByText("You are recognised as you walk past.").waitFor();
  await server.stop();
  await page.goto("/ui/kiosk?start");
  await page.getByText("You are recognised as you walk past.").waitFor();
  await page.getByText("Server unreachable").waitFor();
  await server.start();
  await page.getByText("Connected").waitFor();
  assertFaultless(page);
  await page.close();
});

test("three pictures are asked for, and each is kept as a face", options, async () => {
  const page = await openPage(browser, server);
  await signIn(page, "/people");
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Franck");
  await page.getByLabel("Code", { exact: true }).fill("demo-001");
  await page.getByText("0 of 3 good pictures").waitFor();
  await page.getByRole("button", { name: "Photographs", exact: true }).click();
  const heic = path.join(folder, "IMG_0001.HEIC");
  await writeFile(heic, "not read by this browser");
  const names = ["franck_01829.jpg", "franck_02045.jpg", "franck_02159.jpg"];
  await page
    .getByLabel("Choose photographs")
    .setInputFiles([heic, ...names.map((name) => path.join(clips, name))]);
  await page.getByText("IMG_0001.HEIC").waitFor();
  await page.getByText(/a HEIC photograph: export it as JPEG/).waitFor();
  await page.getByText("3 good pictures. That is enough.").waitFor();
  await assertAccessible(page, "three pictures");
  await page.getByRole("button", { name: "Enrol", exact: true }).click();
  await page.getByRole("row", { name: /Franck/ }).waitFor();
  const [person] = (await server.get("/api/v1/persons")).items;
  assert.equal(person.faces.length, 3);
  await server.remove(`/api/v1/persons/${person.id}`);
  assertFaultless(page);
  await page.close();
});

test(
  "a list of people in Windows-1252 is read, and every file that is left out is named",
  options,
  async () => {
    const staff = path.join(folder, "staff");
    await mkdir(path.join(staff, "photos"), { recursive: true });
    const [photograph] = await stills();
    await cp(photograph, path.join(staff, "photos/zoe.jpg"));
    await writeFile(path.join(staff, "photos/badge.pdf"), "%PDF");
    const list = "Code;Name;Images\r1001;Zo\xeb;photos/zoe.jpg;photos/gone.jpg\r";
    await writeFile(path.join(staff, "people.csv"), Buffer.from(list, "latin1"));
    const page = await openPage(browser, server);
    await signIn(page, "/people");
    await page.getByRole("button", { name: "Import a folder" }).click();
    await page.getByLabel("Choose a folder").first().setInputFiles(staff);
    await page.getByText("The list people.csv says who is who.").waitFor();
    await page.getByText(/was read as Windows-1252/).waitFor();
    await page.getByText("1 file is left out").click();
    await page.getByText(/staff\/photos\/badge\.pdf/).waitFor();
    await assertAccessible(page, "an import with a list");
    await page.getByRole("button", { name: "Start the import" }).click();
    await page.getByText("1 enrolled, 0 not").waitFor();
    await page.getByText(/Not used: photos\/gone\.jpg: not in the folder/).waitFor();
    assert.deepEqual(
      (await server.get("/api/v1/persons")).items.map(({ code, name }) => [code, name]),
      [["1001", "Zoë"]],
    );
    assertFaultless(page);
    await page.close();
  },
);

/** A vector of one number, as base64 of signed bytes. */
const embedding = (index) =>
  Buffer.from(Int8Array.from({ length: 512 }, (_, i) => (i === index ? 127 : 0))).toString("base64");

test(
  "a day of thousands of people is drawn as far as it is seen, and everyone has a line",
  options,
  async () => {
    const page = await openPage(browser, server);
    const people = Array.from({ length: 2_000 }, (_, i) => ({
      id: `01935b1c-1f2e-7a30-8b4c-${String(i).padStart(12, "0")}`,
      code: `E-${String(i).padStart(4, "0")}`,
      name: `Person ${i}`,
    }));
    // The server's figures are its own tests' matter: here its answer is long.
    await page.route("**/api/v1/days?**", (route) => {
      const query = new URL(route.request().url()).searchParams;
      const from = Number(query.get("cursor") ?? 0);
      const end = Math.min(people.length, from + Number(query.get("limit")));
      const items = people.slice(from, end).map((person) => ({
        person,
        date: query.get("from"),
        first_at: null,
        last_seen_at: null,
        records: 0,
        sightings: 0,
        coverage: 1,
      }));
      return route.fulfill({
        json: {
          zone: "Europe/Berlin",
          day_starts_at: "00:00",
          items,
          next_cursor: end < people.length ? String(end) : null,
        },
      });
    });
    await signIn(page, "/attendance?tab=day");
    await page.getByRole("row", { name: /Person 0/ }).waitFor();
    const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok((await nodes()) < 2_000, `${await nodes()} nodes`);
    // Further pages come as the list is scrolled.
    await until("the last person is shown", async () => {
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      return (await page.getByRole("row", { name: /Person 1999/ }).count()) === 1;
    });
    assert.ok((await nodes()) < 2_000, `${await nodes()} nodes`);
    await page.getByText("2,000 people", { exact: true }).waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.getByRole("row", { name: /Person 0/ }).waitFor();
    assertFaultless(page);
    await page.close();
  },
);

test("search waits until the typing stops", options, async () => {
  const page = await openPage(browser, server);
  await signIn(page, "/people");
  await page.getByLabel("Search by name or code").waitFor();
  await page.waitForLoadState("networkidle");
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/persons")) asked.push(request.url());
  });
  await page.getByLabel("Search by name or code").pressSequentially("lovelace", { delay: 20 });
  await page.getByText("Nobody matches “lovelace”").waitFor();
  assert.equal(asked.length, 1, asked.join(" "));
  await page.waitForURL("**/ui/people?query=lovelace");
  assertFaultless(page);
  await page.close();
});

test("a week of more than 5,000 records shows its first one too", options, async () => {
  const face = (index) => ({ embedding: embedding(index), encoding: "i8" });
  for (const [index, name] of ["Early", "Late"].entries())
    await server.post("/api/v1/persons", { code: name, name, faces: [{ ...face(index), quality: 0.9 }] });
  const now = new Date();
  const monday = Date.UTC(
    now.getUTCFullYear(),
    now.getUTCMonth(),
    now.getUTCDate() - ((now.getUTCDay() + 6) % 7) - 7,
  );
  const event = (index, at) => ({
    camera_id: "entrance",
    ...face(index),
    liveness: 0.9,
    captured_at: new Date(at).toISOString(),
  });
  const events = [event(0, monday + 8 * 3_600_000)];
  for (let i = 0; i < 5_100; ++i) events.push(event(1, monday + 9 * 3_600_000 + i * 10_000));
  for (let i = 0; i < events.length; i += 1_000) {
    const { results } = await server.post("/api/v1/recognitions/batch", {
      events: events.slice(i, i + 1_000),
    });
    assert.ok(results.every(({ outcome }) => outcome === "marked"));
  }
  const page = await openPage(browser, server, { timezoneId: "UTC" });
  await signIn(page, "/attendance");
  await page.getByRole("tab", { name: "Week" }).click();
  await page.getByRole("button", { name: "Earlier" }).click();
  await page.getByRole("row", { name: /^Early.*08:00/ }).waitFor();
  await page.getByRole("row", { name: /^Late.*09:00/ }).waitFor();
  await page.getByRole("tab", { name: "Records" }).click();
  const [xlsx] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Excel" }).click(),
  ]);
  const rows = await readSheet(await xlsx.path());
  assert.equal(rows.filter(([, name]) => name === "Early" || name === "Late").length, events.length);
  assertFaultless(page);
  await page.close();
});
