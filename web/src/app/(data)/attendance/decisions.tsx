"use client";
import { ShieldQuestion } from "lucide-react";
import type { Outcome, SightingRecord } from "@/api/client";
import { useSightings } from "@/api/queries";
import { texts } from "@/texts";
import { useAddress, useOpened } from "@/ui/address";
import { dateTime } from "@/ui/format";
import { Asked, Card, Empty, Field, MoreButton } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";
import { camera, captured, decidedPerson, details, liveness, outcome, similarity } from "./columns";
import { DecisionDialog } from "./decision-dialog";
import { Filters, filterOf, useFilters } from "./filters";

export function Decisions() {
  const [form, setForm] = useFilters();
  const [address, change] = useAddress();
  const outcomes = Object.keys(texts.outcomes) as Outcome[];
  const chosen = outcomes.find((known) => known === address.get("outcome"));
  const sightings = useSightings(filterOf({ ...form, person: "" }), chosen);
  const { opened, open, close } = useOpened("event");
  const items = sightings.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = items.find(({ event_id: id }) => id === opened);
  const columns: Column<SightingRecord>[] = [
    outcome,
    decidedPerson,
    captured,
    camera,
    similarity,
    liveness,
    details(
      (sighting: SightingRecord) => dateTime(sighting.captured_at),
      ({ event_id: id }) => open(id),
    ),
  ];
  return (
    <>
      <Filters form={form} onChange={setForm}>
        <Field label={texts.attendance.outcome}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={chosen ?? ""}
              onChange={(event) => change({ outcome: event.target.value })}
            >
              <option value="">{texts.common.all}</option>
              {outcomes.map((known) => (
                <option key={known} value={known}>
                  {texts.outcomes[known]}
                </option>
              ))}
            </select>
          )}
        </Field>
      </Filters>
      <Card>
        <Asked query={sightings}>
          {() =>
            items.length === 0 ? (
              <Empty icon={ShieldQuestion} title={texts.attendance.emptyDecisions} />
            ) : (
              <>
                <Table
                  columns={columns}
                  rows={items}
                  rowKey={({ event_id: id }) => id}
                  onRow={({ event_id: id }) => open(id)}
                />
                <MoreButton query={sightings} />
              </>
            )
          }
        </Asked>
      </Card>
      {shown && <DecisionDialog decided={shown} onClose={close} />}
    </>
  );
}
