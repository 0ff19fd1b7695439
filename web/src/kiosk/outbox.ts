// Events that wait for the server, in the browser's database: they survive the page, the browser and an outage, and leave
// only when the server has answered them.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export interface WaitingEvent {
  /** UUID version 7, made here, so that sending the event twice records it once. */
  eventId: string;
  /** Milliseconds since 1970. */
  capturedAt: number;
  /** The body of POST /api/v1/recognitions. */
  body: Record<string, unknown>;
}

/** A time span in which the camera delivered frames, not yet reported to the server. */
export interface Watched {
  from: number;
  to: number;
}

interface Schema extends DBSchema {
  events: { key: string; value: WaitingEvent };
  refused: { key: string; value: WaitingEvent & { reason: string } };
  watched: { key: number; value: Watched };
}

/** More events are refused, so that an unattended kiosk does not fill the device. About 100 MB. */
const MOST_WAITING = 100_000;
const MOST_REFUSED = 1_000;

export class Outbox {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  static async open(name = "kiosk"): Promise<Outbox> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        // Ids of version 7 sort by time, so the oldest comes first.
        fresh.createObjectStore("events", { keyPath: "eventId" });
        fresh.createObjectStore("refused", { keyPath: "eventId" });
        fresh.createObjectStore("watched", { keyPath: "from" });
      },
    });
    // Asks the browser not to delete it when storage runs low.
    await navigator.storage?.persist?.().catch(() => false);
    return new Outbox(db);
  }

  /** Throws if it is full: it refuses the newest event rather than drop one that waits. */
  async put(event: WaitingEvent): Promise<void> {
    if ((await this.db.count("events")) >= MOST_WAITING) throw new Error("the outbox is full");
    const transaction = this.db.transaction("events", "readwrite", { durability: "strict" });
    await transaction.store.put(event);
    await transaction.done;
  }

  /** Without those in `except`. */
  async oldest(most: number, except: ReadonlySet<string> = new Set()): Promise<WaitingEvent[]> {
    const events: WaitingEvent[] = [];
    const { store } = this.db.transaction("events");
    for (
      let cursor = await store.openCursor();
      cursor && events.length < most;
      cursor = await cursor.continue()
    )
      if (!except.has(cursor.key)) events.push(cursor.value);
    return events;
  }

  async delivered(eventIds: readonly string[]): Promise<void> {
    const transaction = this.db.transaction("events", "readwrite");
    await Promise.all([...eventIds.map((id) => transaction.store.delete(id)), transaction.done]);
  }

  /** The server will never accept the event: keeps it apart, with the reason. */
  async refused(event: WaitingEvent, reason: string): Promise<void> {
    const transaction = this.db.transaction(["events", "refused"], "readwrite");
    const refused = transaction.objectStore("refused");
    if ((await refused.count()) >= MOST_REFUSED) {
      const first = await refused.openCursor();
      await first?.delete();
    }
    await refused.put({ ...event, reason });
    await transaction.objectStore("events").delete(event.eventId);
    await transaction.done;
  }

  async waiting(): Promise<{ count: number; oldest?: number; refused: number }> {
    const [first] = await this.oldest(1);
    return {
      count: await this.db.count("events"),
      oldest: first?.capturedAt,
      refused: await this.db.count("refused"),
    };
  }

  /** Adds a span, merged with the one that it continues. */
  async watched(span: Watched, joinWithin: number): Promise<void> {
    const transaction = this.db.transaction("watched", "readwrite");
    const cursor = await transaction.store.openCursor(null, "prev");
    if (cursor && span.from - cursor.value.to <= joinWithin && span.to >= cursor.value.from)
      await cursor.update({ from: cursor.value.from, to: Math.max(cursor.value.to, span.to) });
    else await transaction.store.put(span);
    await transaction.done;
  }

  untold(): Promise<Watched[]> {
    return this.db.getAll("watched");
  }

  /** The server knows `span`; keeps what was merged with it since. */
  async told(span: Watched): Promise<void> {
    const transaction = this.db.transaction("watched", "readwrite");
    const now = await transaction.store.get(span.from);
    if (now) {
      await transaction.store.delete(span.from);
      if (now.to > span.to) await transaction.store.put({ from: span.to, to: now.to });
    }
    await transaction.done;
  }
}
