// What a person does with the dashboard, in order. Each step depends on those before it.
import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  assertAccessible,
  assertFaultless,
  built,
  clips,
  installModels,
  KEY,
  makeFilm,
  makeFolder,
  missing,
  openBrowser,
  openPage,
  placePages,
  readSheet,
  removeFolder,
  Server,
  signIn,
} from "./support.mjs";

// Browsers log refusals and broken connections, which these tests provoke.
const EXPECTED = [
  /status of (401|409)/,
  /WebSocket|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/,
];
const skip = missing() ?? false;
let broken = false;
// Each step depends on those before it: after the first failure the rest are skipped.
const step = (name, body) =>
  test(name, { skip, timeout: 600_000 }, async (t) => {
    if (broken) return t.skip("an earlier step failed");
    try {
      await body();
    } catch (failure) {
      broken = true;
      await page.screenshot({ path: path.join(built, "browser-failure.png") }).catch(() => undefined);
      t.diagnostic(
        `what the page showed: build/release/browser-failure.png; console: ${page.faults.join("\n")}`,
      );
      throw failure;
    }
  });
let folder, server, browser, page;

before(async () => {
  if (skip) return;
  folder = await makeFolder();
  await placePages(folder);
  await installModels(path.join(folder, "models"));
  await makeFilm(path.join(folder, "man.mjpeg"), "franck.mp4");
  // A second walk-past of the same person must be able to make a record.
  server = new Server(folder, { COOLDOWN_SECONDS: "1" });
  await server.start();
  browser = await openBrowser(path.join(folder, "man.mjpeg"));
  page = await openPage(browser, server, { expected: EXPECTED });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await removeFolder(folder);
});

step("a wrong key is refused in words, the right one opens the page that was asked for", async () => {
  await page.goto("/ui/people");
  await page.waitForURL("**/ui/sign-in?next=*");
  await assertAccessible(page, "sign-in");
  await page.getByLabel("API key", { exact: true }).fill("not the key");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That is not this server's key.").waitFor();
  await page.getByLabel("API key", { exact: true }).fill(KEY);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/ui/people");
  await page.getByText("Nobody is enrolled yet").waitFor();
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]),
    [[true, "Strict"]],
  );
  assert.equal(await page.evaluate(() => document.cookie), "");
});

step("a person is enrolled from the browser's camera, and no picture leaves the page", async () => {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.postData() ?? "");
  });
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Franck");
  await page.getByLabel("Code", { exact: true }).fill("demo-001");
  await page.getByRole("button", { name: "Start the camera" }).click();
  // The film has moments with nobody in the picture. Try again, as a person would.
  for (let pictures = 1; (await page.getByText("Good", { exact: true }).count()) === 0; ++pictures) {
    assert.ok(pictures <= 12, "no good picture");
    await page.getByRole("button", { name: "Take a picture" }).click();
    await page.getByRole("img", { name: `Picture ${pictures}`, exact: true }).waitFor();
  }
  await assertAccessible(page, "enrolment");
  await page.getByRole("button", { name: "Enrol", exact: true }).click();
  await page.getByRole("row", { name: /Franck/ }).waitFor();
  const [person] = (await server.get("/api/v1/persons")).items;
  assert.equal(person.code, "demo-001");
  assert.equal(person.faces.length, 1);
  assert.ok(person.faces[0].quality > 0.3);
  assert.ok(sent.every((body) => body.length < 4_000));
  assert.equal(JSON.parse(sent.at(-1)).faces[0].embedding.length, 684);
});

step("the same face under another name is warned of, by name", async () => {
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Somebody Else");
  await page.getByLabel("Code", { exact: true }).fill("demo-002");
  await page.getByRole("button", { name: "Photographs", exact: true }).click();
  const photograph = path.join(clips, "franck_01829.jpg");
  await page.getByLabel("Choose photographs").setInputFiles(photograph);
  await page.getByText("Good", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Enrol", exact: true }).click();
  await page.getByText("This looks like Franck (demo-001)").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await server.get("/api/v1/persons")).items.length, 1);
});

step("a decision and its record appear without a reload, as `attend camera` recognises", async () => {
  await page.goto("/ui/live");
  await page.getByText("Live updates").waitFor();
  const list = await openTab(page);
  await list.goto("/ui/attendance");
  await list.getByText("No record in this range").waitFor();
  await list.getByText("Live updates").waitFor();
  await list.waitForLoadState("networkidle");
  const asked = [];
  list.on("request", (request) => asked.push(request.url()));
  await server.attend(
    "camera",
    "--headless",
    "--source",
    path.join(clips, "franck_01829.jpg"),
    "--camera-id",
    "entrance",
  );
  await page.locator(".stream").getByText("Franck").first().waitFor();
  await page.getByRole("article", { name: "entrance" }).waitFor();
  await list.getByRole("row", { name: /Franck.*entrance/ }).waitFor();
  // The row is made from the event: nobody's walking past makes a page ask the server.
  assert.deepEqual(
    asked.filter((address) => /attendance|sightings|analytics|days/.test(address)),
    [],
  );
  assertFaultless(list);
  await list.close();
});

step(
  "the kiosk recognises the person in the page, and pictures of `attend camera --live` are shown",
  async () => {
    const kiosk = await openTab(page);
    await kiosk.goto("/ui/kiosk");
    await assertAccessible(kiosk, "kiosk setup");
    await kiosk.getByLabel("Name of this entrance").fill("tablet");
    await kiosk.getByLabel("Computed by").selectOption("wasm");
    await kiosk.getByRole("button", { name: "Start" }).click();
    await kiosk.getByText("Hello, Franck").waitFor({ timeout: 120_000 });
    await page
      .locator(".stream")
      .getByText(/tablet/)
      .first()
      .waitFor();
    const records = (await server.get("/api/v1/attendance?camera=tablet")).items;
    assert.ok(records[0].weak_liveness > 0.5 && records[0].similarity > 0.5);
    // Heartbeats tell the server that the camera was watching.
    await kiosk.waitForTimeout(11_000);
    const camera = (await server.get("/api/v1/cameras")).items.find(({ id }) => id === "tablet");
    assert.equal(camera.online, true);
    // The film shows one walk-past every nine seconds.
    const times = (await server.get("/api/v1/sightings?camera=tablet")).items.map((item) =>
      Date.parse(item.captured_at),
    );
    times.sort((a, b) => a - b);
    for (let i = 1; i < times.length; ++i)
      assert.ok(times[i] - times[i - 1] > 3_000, "one event a walk-past");
    assertFaultless(kiosk);
    await kiosk.close();
  },
);

step("the kiosk keeps what it sees while the server is away and delivers it with its own time", async () => {
  const kiosk = await openTab(page, [
    /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket/,
  ]);
  await kiosk.goto("/ui/kiosk?start");
  await kiosk.getByText(/Hello, Franck|You are in, Franck/).waitFor({ timeout: 120_000 });
  await server.stop();
  await kiosk.getByText(/\d+ waiting/).waitFor();
  await kiosk.getByText("Server unreachable").waitFor();
  const back = Date.now();
  await server.start();
  await kiosk.getByText(/\d+ waiting/).waitFor({ state: "detached" });
  // This tab does not share the other one's settings, so the entrance has its default name.
  const { items } = await server.get("/api/v1/sightings?camera=kiosk");
  const kept = items.filter(
    ({ captured_at: captured, received_at: received }) =>
      Date.parse(captured) < back && Date.parse(received) > back,
  );
  const seen = items.map(({ captured_at: captured, received_at: received }) => `${captured} → ${received}`);
  assert.ok(kept.length > 0, `kept until ${new Date(back).toISOString()}, of ${seen.join(", ")}`);
  assertFaultless(kiosk);
  await kiosk.close();
});

step("records are filtered, explained and exported", async () => {
  await page.goto("/ui/attendance");
  await page
    .getByRole("row", { name: /Franck.*tablet/ })
    .first()
    .waitFor();
  await page.getByLabel("Camera", { exact: true }).selectOption("entrance");
  await page
    .getByRole("row", { name: /tablet/ })
    .first()
    .waitFor({ state: "detached" });
  assert.equal(await page.getByRole("row", { name: /Franck/ }).count(), 1);
  await page
    .getByRole("button", { name: /Details/ })
    .first()
    .click();
  await page
    .getByText(
      /The face matches Franck with score 0\.\d{3}, which allows for .* look alike; the threshold is 0\.\d{3}\./,
    )
    .waitFor();
  await assertAccessible(page, "a decision");
  await page.getByRole("button", { name: "Close" }).click();

  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  const lines = (await readFile(await csv.path(), "utf8")).trim().split(/\r?\n/);
  assert.equal(lines.length, 2);
  assert.match(lines[1], /Franck/);

  const [xlsx] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Excel" }).click(),
  ]);
  const rows = await readSheet(await xlsx.path());
  assert.deepEqual(rows[0].slice(0, 4), ["Captured", "Name", "Code", "Camera"]);
  assert.deepEqual(rows[1].slice(1, 4), ["Franck", "demo-001", "entrance"]);
  assert.equal(rows.length, 2);
});

step("day, week and all decisions show the same person", async () => {
  for (const tab of ["Day", "Week", "All decisions"]) {
    await page.getByRole("tab", { name: tab }).click();
    await page
      .getByRole("row", { name: /Franck/ })
      .first()
      .waitFor();
    await assertAccessible(page, tab);
  }
  await page.getByRole("tab", { name: "Week" }).click();
  await page.getByText("A day without a record is not an absence").waitFor();
  assert.equal(await page.getByText("absent").count(), 0);
});

step("analytics say what the cameras watched beside every figure", async () => {
  await page.goto("/ui/analytics");
  await page.getByText("of 1 enrolled").waitFor();
  await page.getByRole("heading", { name: "Similarity against the threshold" }).waitFor();
  const notes = await page.getByText(/cameras watched \d+% of it|no camera watched/).count();
  assert.ok(notes >= 8, `${notes} notes of coverage`);
});

step("the system page knows the store, the models, what the threshold is for, and the edges", async () => {
  await page.goto("/ui/system");
  await page.getByText("Made for the people who are enrolled, and kept up to date").waitFor();
  await page.getByText(/\d of 1,000/).waitFor();
  await page.getByText(/about [\d.]+ of 100 walk-pasts/).waitFor();
  await page.getByText("faceplugin-mobilefacenet-1").first().waitFor();
  await page.getByText("Ready", { exact: true }).waitFor();
  await page.getByRole("row", { name: /tablet/ }).waitFor();
});

for (const colorScheme of ["light", "dark"])
  step(`no page has a serious accessibility fault, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    for (const name of ["live", "people", "attendance", "analytics", "system", "kiosk"]) {
      await page.goto(`/ui/${name}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle").catch(() => undefined);
      await assertAccessible(page, `${name}, ${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

step("every page fits a phone", async () => {
  await page.setViewportSize({ width: 375, height: 720 });
  for (const name of ["live", "people", "attendance", "analytics", "system", "kiosk"]) {
    await page.goto(`/ui/${name}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

step("every page has a title of its own", async () => {
  for (const name of ["Live", "People", "Attendance", "Analytics", "System", "Kiosk"]) {
    await page.goto(`/ui/${name.toLowerCase()}`);
    await page.waitForFunction((title) => document.title === title, `${name} · Smart Attendance`);
  }
});

step("a name of 96 letters or from right to left leaves its row in order", async () => {
  const codes = ["C".repeat(60), "right-to-left"];
  for (const [index, name] of ["N".repeat(96), "أحمد"].entries())
    await server.post("/api/v1/persons", { code: codes[index], name, faces: [] });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/ui/people");
    for (const code of codes) {
      const row = page.getByRole("row", { name: new RegExp(code) });
      const edit = await row.getByRole("button", { name: /^Edit/ }).boundingBox();
      assert.ok(edit.x >= 0 && edit.x + edit.width <= width, `${code}: Edit at ${edit.x} of ${width}`);
    }
    await page.getByRole("button", { name: /^Edit N/ }).click();
    const close = await page.getByRole("button", { name: "Close" }).boundingBox();
    assert.ok(close.x + close.width <= width, `Close at ${close.x} of ${width}`);
    await page.getByRole("button", { name: "Close" }).click();
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  const direction = await page
    .locator("bdi", { hasText: "أحمد" })
    .first()
    .evaluate((element) => getComputedStyle(element).direction);
  assert.equal(direction, "rtl");
  for (const { id, code } of (await server.get("/api/v1/persons")).items)
    if (codes.includes(code)) await server.remove(`/api/v1/persons/${id}`);
});

step("what is shown is in the address, and Back closes a dialog", async () => {
  await page.goto("/ui/people");
  await page.getByRole("button", { name: /^Edit Franck/ }).click();
  await page.getByRole("dialog").waitFor();
  await page.goBack();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.match(page.url(), /\/ui\/people$/);
  await page.goForward();
  await page.getByRole("dialog", { name: "Franck" }).waitFor();
  await page.reload();
  await page.getByRole("dialog", { name: "Franck" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.goto("/ui/attendance?tab=decisions&camera=entrance&outcome=marked");
  await page.getByRole("tab", { name: "All decisions", selected: true }).waitFor();
  assert.equal(await page.getByLabel("Decision", { exact: true }).inputValue(), "marked");
  await page
    .getByRole("row", { name: /Franck.*entrance/ })
    .first()
    .click();
  await page.getByRole("dialog", { name: "Franck" }).waitFor();
  await page.reload();
  await page.getByRole("dialog", { name: "Franck" }).waitFor();
  await page.goto("/ui/live");
  await page
    .locator(".stream")
    .getByRole("button", { name: /Franck/ })
    .first()
    .click();
  await page.getByRole("dialog", { name: "Franck" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("article", { name: "entrance" }).getByRole("link").click();
  await page.waitForURL("**/ui/attendance?tab=decisions&camera=entrance");
});

step("the keyboard reaches the page and its dialogs", async () => {
  await page.goto("/ui/people");
  await page.getByRole("row", { name: /Franck/ }).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content");
  await page.getByRole("button", { name: "Add a person" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

step("a folder of people is imported, each with what became of it", async () => {
  const staff = path.join(folder, "staff");
  await makeStaff(staff);
  await page.goto("/ui/people");
  await page.getByRole("button", { name: "Import a folder" }).click();
  await page.getByLabel("Choose a folder").first().setInputFiles(staff);
  await page.getByText("2 people, 2 pictures").waitFor();
  await page.getByRole("button", { name: "Start the import" }).click();
  await page.getByText("1 enrolled, 1 not").waitFor();
  await page.getByRole("row", { name: /No picture is good enough/ }).waitFor();
  await page
    .getByRole("row", { name: /Enrolled.*Review looks like Franck \(demo-001\), similarity 0\./ })
    .waitFor();
  await page.getByText("1 person looks like somebody who is enrolled.").waitFor();
  await assertAccessible(page, "an import with a look-alike");
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Closest pairs" }).waitFor();
  await page.getByRole("row", { name: /Franck.*The Same Man|The Same Man.*Franck/ }).waitFor();
  await page.getByText("Not surely: add photographs").waitFor();
  await assertAccessible(page, "closest pairs");
  const same = (await server.get("/api/v1/persons")).items.find(({ code }) => code === "2001");
  await server.remove(`/api/v1/persons/${same.id}`);
});

step("a person who is removed is unknown from then on", async () => {
  await page.goto("/ui/people");
  await page.getByRole("button", { name: "Remove Franck" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Nobody is enrolled yet").waitFor();
  await server.attend(
    "camera",
    "--headless",
    "--source",
    path.join(clips, "franck_01829.jpg"),
    "--camera-id",
    "entrance",
  );
  const { items } = await server.get("/api/v1/sightings?camera=entrance");
  const newest = items.reduce((a, b) => (a.received_at > b.received_at ? a : b));
  assert.equal(newest.outcome, "unknown");
});

step("a sign-out while the server is away holds when it is back", async () => {
  const tab = await openTab(page, [/ERR_CONNECTION|ERR_EMPTY|WebSocket|status of 401/]);
  await tab.goto("/ui/people");
  await tab.getByRole("button", { name: "Sign out" }).waitFor();
  await server.stop();
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.getByText("the session is ended as soon as the server is back").waitFor();
  await server.start();
  // By itself, without a click.
  await tab.waitForURL("**/ui/sign-in?next=*");
  const answer = await tab.evaluate(() => fetch("/api/v1/persons").then(({ status }) => status));
  assert.equal(answer, 401);
  await tab.close();
  await signIn(page, "/people");
});

step("a page that was opened while the server was away comes to life", async () => {
  const tab = await openTab(page, [/ERR_CONNECTION|ERR_EMPTY|WebSocket|ERR_FAILED|status of 401/]);
  let away = true;
  await tab.route("**/api/**", (route) => (away ? route.abort() : route.continue()));
  await tab.goto("/ui/people");
  await tab.getByText("The server cannot be reached.").first().waitFor();
  away = false;
  await tab.getByRole("heading", { name: "People" }).waitFor();
  await tab.close();
});

step("after signing out nothing is shown", async () => {
  await page.goto("/ui/people");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/ui/sign-in");
  await page.goto("/ui/attendance");
  await page.waitForURL("**/ui/sign-in?next=*");
});

step("no console error, no foreign request in all of that", async () => {
  assertFaultless(page);
});

/** Another page of the same session. */
async function openTab(of, expected = []) {
  const tab = await openPage(browser, server, { storageState: await of.context().storageState(), expected });
  return tab;
}

async function makeStaff(staff) {
  await mkdir(path.join(staff, "2001_The_Same_Man"), { recursive: true });
  await mkdir(path.join(staff, "2002_Nobody"), { recursive: true });
  await cp(path.join(clips, "franck_01829.jpg"), path.join(staff, "2001_The_Same_Man/a.jpg"));
  await writeFile(path.join(staff, "2002_Nobody/a.jpg"), "not a picture");
}
