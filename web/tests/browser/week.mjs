// Two weeks of a small company, for the screenshots: people who come and go, strangers, a camera that was offline.
// The vectors are random numbers, not anybody's face. The people have first names only.
const PEOPLE = [
  ["E-1001", "Ada"],
  ["E-1002", "Grace"],
  ["E-1003", "Alan"],
  ["E-1004", "Emmy"],
  ["E-1005", "Katherine"],
  ["E-1006", "Charles"],
  ["E-1007", "Hedy"],
  ["E-1008", "Sofia"],
  ["E-1009", "Blaise"],
];
const DAYS = 14;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// A seeded generator (mulberry32), so that the screenshots are the same each time.
let state = 20261122;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const between = (low, high) => low + (high - low) * random();
function direction() {
  const values = Array.from({ length: 512 }, normal);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
/** A vector with the given cosine to `face`. */
function like(face, cosine) {
  const other = direction();
  const dot = face.reduce((sum, value, i) => sum + value * other[i], 0);
  const rest = other.map((value, i) => value - dot * face[i]);
  const length = Math.hypot(...rest);
  return face.map((value, i) => cosine * value + Math.sqrt(1 - cosine * cosine) * (rest[i] / length));
}
const seen = (face) => like(face, Math.min(0.84, Math.max(0.42, 0.66 + 0.07 * normal())));
const stranger = (face) => like(face, Math.min(0.28, Math.max(0, 0.13 + 0.05 * normal())));

// A time zone for every second hour or so, from east to west.
const ZONES = [
  "Pacific/Auckland",
  "Australia/Sydney",
  "Asia/Tokyo",
  "Asia/Singapore",
  "Asia/Dhaka",
  "Asia/Dubai",
  "Africa/Nairobi",
  "Europe/Berlin",
  "Europe/London",
  "America/Sao_Paulo",
  "America/New_York",
  "America/Denver",
  "America/Los_Angeles",
  "Pacific/Honolulu",
];
function clockOf(zone, time) {
  const options = { timeZone: zone, hourCycle: "h23", hour: "numeric", minute: "numeric", weekday: "short" };
  const parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(time);
  const part = (type) => parts.find((each) => each.type === type).value;
  return { hours: Number(part("hour")) + Number(part("minute")) / 60, weekday: part("weekday") };
}
/** A time zone in which it is afternoon now, so that a screenshot shows most of a working day. */
export function afternoonZone(now = Date.now()) {
  const off = (zone) => Math.abs(clockOf(zone, now).hours - 15.5);
  return ZONES.reduce((best, zone) => (off(zone) < off(best) ? zone : best));
}

const recognise = (server, { at, camera, vector, liveness = between(0.86, 0.99) }) =>
  server.post("/api/v1/recognitions", {
    camera_id: camera,
    vector,
    liveness,
    quality: between(0.55, 0.92),
    captured_at: new Date(at).toISOString(),
  });

const watch = (server, camera, from, to) =>
  server.post(`/api/v1/cameras/${camera}/heartbeat`, {
    watching_from: new Date(from).toISOString(),
    watching_to: new Date(to).toISOString(),
    fps: camera === "lobby-tablet" ? 14 : 30,
    outbox_waiting: 0,
    software: camera === "lobby-tablet" ? "browser kiosk" : "attend 0.1.0",
    model: "faceplugin-mobilefacenet-1",
  });

/** When a camera delivered pictures. The warehouse was offline for some hours of one day, and has been since this morning. */
function watched(camera, day, from, now) {
  const end = Math.min(from + DAY, now);
  if (camera !== "warehouse") return [[from, end]];
  if (day === 0) return [[from, Math.min(from + 11.4 * HOUR, now - 10 * MINUTE)]];
  if (day === 3)
    return [
      [from, from + 9.5 * HOUR],
      [from + 14 * HOUR, end],
    ];
  return [[from, end]];
}

/** One person's day, given the hour they arrive at. */
function dayOf(face, hour, from) {
  const doors = [random() < 0.7 ? "entrance" : "side-door", "entrance"];
  const arrival = from + hour * HOUR + Math.max(-40, 14 * normal()) * MINUTE;
  const visits = [[doors[0], arrival]];
  if (random() < 0.6) visits.push(["warehouse", from + between(10, 11.8) * HOUR]);
  if (random() < 0.7) visits.push([doors[1], from + between(12.4, 13.6) * HOUR]);
  if (random() < 0.25) visits.push(["lobby-tablet", from + between(14, 15.2) * HOUR]);
  return visits.map(([camera, at]) => ({ camera, at, vector: seen(face) }));
}

/** Fills the server with two weeks up to now. Returns a function that adds a few live decisions. */
export async function fillServer(server, zone) {
  const faces = [];
  for (const [code, name] of PEOPLE) {
    const face = direction();
    faces.push(face);
    const views = [face, like(face, 0.82), like(face, 0.78)].slice(0, 1 + Math.floor(random() * 3));
    await server.post("/api/v1/persons", {
      code,
      name,
      allow_duplicate: true,
      faces: views.map((vector) => ({ vector, quality: between(0.62, 0.94) })),
    });
  }
  const now = Date.now();
  const midnight = now - clockOf(zone, now).hours * HOUR;
  const events = [];
  for (let day = DAYS - 1; day >= 0; --day) {
    const from = Math.round((midnight - day * DAY) / MINUTE) * MINUTE;
    for (const camera of ["entrance", "side-door", "warehouse", "lobby-tablet"])
      for (const [begin, end] of watched(camera, day, from, now))
        if (end > begin) await watch(server, camera, begin, end);
    const weekend = ["Sat", "Sun"].includes(clockOf(zone, from + 12 * HOUR).weekday);
    if (weekend && day > 0) continue;
    for (const [index, face] of faces.entries())
      if (random() < 0.9) events.push(...dayOf(face, 7.6 + 0.22 * index, from));
    for (let count = 2 + Math.floor(3 * random()); count > 0; --count)
      events.push({ at: from + between(8.5, 17) * HOUR, camera: "entrance", vector: stranger(faces[0]) });
    if (day % 4 === 1)
      events.push({ at: from + 10 * HOUR, camera: "side-door", vector: seen(faces[1]), liveness: 0.03 });
  }
  const isWatched = ({ at, camera }) =>
    camera !== "warehouse" ||
    [0, 3].every((day) => {
      const from = midnight - day * DAY;
      return (
        at < from || at > from + DAY || watched(camera, day, from, now).some(([a, b]) => at > a && at < b)
      );
    });
  for (const event of events.sort((a, b) => a.at - b.at))
    if (event.at < now && isWatched(event)) await recognise(server, event);

  const latest = [
    { camera: "side-door", vector: seen(faces[6]) },
    { camera: "lobby-tablet", vector: seen(faces[3]) },
    { camera: "side-door", vector: stranger(faces[2]) },
    { camera: "lobby-tablet", vector: seen(faces[7]) },
    { camera: "side-door", vector: seen(faces[4]), liveness: 0.04 },
    { camera: "side-door", vector: seen(faces[5]) },
  ];
  return async () => {
    for (const camera of ["side-door", "lobby-tablet"])
      await watch(server, camera, Date.now() - 10_000, Date.now());
    for (const event of latest) {
      await recognise(server, { ...event, at: Date.now() - between(60, 160) });
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  };
}
