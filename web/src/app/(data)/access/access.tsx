"use client";
import { KeyRound, Plus, TabletSmartphone } from "lucide-react";
import { isDevice, mayAdminister, type SignedIn, useKeys, useSessions } from "@/api/access";
import { useSession } from "@/api/queries";
import { texts } from "@/texts";
import { useOpened } from "@/ui/address";
import { ago, dateTimeShort } from "@/ui/format";
import { useNow } from "@/ui/now";
import { Asked, Badge, Card, Empty, Name, Notice, PageHead } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { EditKeyDialog, MakeKeyDialog, RevokeDialog, RotateDialog } from "./key-dialogs";
import { keyColumns } from "./key-columns";
import { PairDialog } from "./pair-dialog";
import { EndButton } from "./end-button";

function Keys() {
  const keys = useKeys(true);
  const now = useNow(30_000);
  const dialog = useOpened("dialog");
  const [action, id] = (dialog.opened ?? "").split(":");
  const chosen = keys.data?.find((key) => key.id === id);
  return (
    <Card
      title={texts.access.keys}
      actions={
        <div className="row-buttons">
          <button type="button" className="button" onClick={() => dialog.open("pair")}>
            <TabletSmartphone aria-hidden />
            {texts.access.pair}
          </button>
          <button type="button" className="button primary" onClick={() => dialog.open("make")}>
            <Plus aria-hidden />
            {texts.access.make}
          </button>
        </div>
      }
    >
      <Asked query={keys}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={KeyRound} title={texts.access.noKeys} hint={texts.access.noKeysHint} />
          ) : (
            <Table
              columns={keyColumns(now, (what, key) => dialog.open(`${what}:${key.id}`))}
              rows={items}
              rowKey={(key) => key.id}
            />
          )
        }
      </Asked>
      {action === "make" && <MakeKeyDialog onClose={dialog.close} />}
      {action === "pair" && <PairDialog onClose={dialog.close} />}
      {chosen && action === "edit" && <EditKeyDialog of={chosen} onClose={dialog.close} />}
      {chosen && action === "rotate" && <RotateDialog of={chosen} onClose={dialog.close} />}
      {chosen && action === "revoke" && <RevokeDialog of={chosen} onClose={dialog.close} />}
    </Card>
  );
}

function sessionColumns(now: number): Column<SignedIn>[] {
  const titles = texts.access.columns;
  const nameOf = ({ key }: SignedIn) => key?.name ?? texts.access.configured;
  return [
    {
      key: "name",
      title: titles.name,
      rowHeader: true,
      cell: (session) => (
        <span className="row-buttons">
          <Name>{nameOf(session)}</Name>
          {session.current && <Badge tone="good">{texts.access.thisBrowser}</Badge>}
        </span>
      ),
    },
    { key: "role", title: titles.role, cell: ({ role }) => texts.access.roles[role] },
    { key: "began", title: titles.began, cell: ({ begun_at: began }) => ago(began, now) },
    { key: "lasts", title: titles.lasts, cell: ({ ends_at: ends }) => dateTimeShort(ends) },
    {
      key: "actions",
      title: titles.actions,
      titleIn: "hidden",
      width: "tight",
      cell: (session) => <EndButton id={session.id} name={nameOf(session)} />,
    },
  ];
}

function Sessions() {
  const sessions = useSessions(true);
  const now = useNow(30_000);
  return (
    <Card title={texts.access.sessions}>
      <p className="body soft small-text">{texts.access.sessionsLede}</p>
      <Asked query={sessions}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={texts.access.noSessions} />
          ) : (
            <Table columns={sessionColumns(now)} rows={items} rowKey={({ id }) => id} />
          )
        }
      </Asked>
    </Card>
  );
}

export function Access() {
  const session = useSession();
  const role = session.data?.role;
  return (
    <>
      <PageHead title={texts.access.title} lede={texts.access.lede} />
      {mayAdminister(session.data) ? (
        <>
          <Keys />
          <Sessions />
        </>
      ) : (
        !isDevice(session.data) && (
          <Notice tone="warn">
            {texts.access.forbidden(role ? texts.access.roles[role] : texts.access.nobody)}
          </Notice>
        )
      )}
    </>
  );
}
