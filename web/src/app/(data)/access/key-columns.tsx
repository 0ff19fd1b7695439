"use client";
import type { AccessKey } from "@/api/access";
import { texts } from "@/texts";
import { ago, dateTimeShort } from "@/ui/format";
import { Badge, Name } from "@/ui/parts";
import type { Column } from "@/ui/table";

export type KeyAction = "edit" | "rotate" | "revoke";

/** `act` is called by the buttons of a row. */
export function keyColumns(
  now: number,
  act: (action: KeyAction, key: AccessKey) => void,
): Column<AccessKey>[] {
  const words = texts.access;
  const titles = words.columns;
  const button = (action: KeyAction, key: AccessKey) => (
    <button
      type="button"
      className={`button plain small${action === "revoke" ? " danger" : ""}`}
      onClick={() => act(action, key)}
    >
      {words[action]}
      <span className="visually-hidden"> {key.name}</span>
    </button>
  );
  return [
    {
      key: "name",
      title: titles.name,
      rowHeader: true,
      cell: ({ name, old_key_until: until }) => (
        <>
          <Name>{name}</Name>
          {until && Date.parse(until) > now && (
            <div className="soft small-text">{words.oldUntil(dateTimeShort(until))}</div>
          )}
        </>
      ),
    },
    { key: "role", title: titles.role, cell: ({ role }) => words.roles[role] },
    {
      key: "cameras",
      title: titles.cameras,
      cell: ({ role, cameras }) =>
        cameras ? cameras.join(", ") : role === "device" ? words.allCameras : "–",
    },
    {
      key: "used",
      title: titles.used,
      cell: ({ last_used_at: used }) => (used ? ago(used, now) : words.never),
    },
    {
      key: "ends",
      title: titles.ends,
      cell: ({ expires_at: ends }) =>
        ends === null ? (
          words.never
        ) : Date.parse(ends) <= now ? (
          <Badge tone="warn">{words.expired}</Badge>
        ) : (
          dateTimeShort(ends)
        ),
    },
    {
      key: "actions",
      title: titles.actions,
      titleIn: "hidden",
      width: "tight",
      cell: (key) => (
        <>
          {button("edit", key)}
          {button("rotate", key)}
          {button("revoke", key)}
        </>
      ),
    },
  ];
}
