"use client";
// The pairs of enrolled people who are closest, and what to do about them.
import { useLookAlikes } from "@/api/queries";
import type { Schemas } from "@/api/client";
import { texts } from "@/texts";
import { score } from "@/ui/format";
import { Badge, Card, Failure, PersonCell } from "@/ui/parts";
import { type Column, Table } from "@/ui/table";

type Pair = Schemas["LookAlikes"]["items"][number];

/** Pairs who are told apart surely are not shown, but for the closest one, so that the page says how close that is. */
const shownOf = (pairs: readonly Pair[]): Pair[] => {
  const alike = pairs.filter(({ confusable }) => confusable);
  return alike.length > 0 ? alike : pairs.slice(0, 1);
};

function columnsOf(onOpen: (id: string) => void): Column<Pair>[] {
  const words = texts.people.lookAlikes;
  const member = (index: 0 | 1): Column<Pair> => ({
    key: `person-${index}`,
    title: index === 0 ? words.one : words.other,
    rowHeader: index === 0,
    cell: ({ people }) => {
      const person = people[index];
      if (!person) return null;
      return (
        <button
          type="button"
          className="cell-button"
          onClick={() => onOpen(person.id)}
          title={texts.people.details(person.name)}
        >
          <PersonCell name={person.name} code={person.code} />
        </button>
      );
    },
  });
  return [
    member(0),
    member(1),
    {
      key: "similarity",
      title: texts.numbers.similarity,
      align: "number",
      cell: ({ similarity }) => score(similarity, ""),
    },
    {
      key: "score",
      title: texts.numbers.score,
      align: "number",
      cell: ({ score: corrected, threshold }) => words.scoreOf(score(corrected, ""), score(threshold, "")),
    },
    {
      key: "verdict",
      title: words.verdict,
      cell: ({ confusable }) => (
        <Badge tone={confusable ? "warn" : "good"}>{confusable ? words.confusable : words.apart}</Badge>
      ),
    },
  ];
}

/** Nothing where no threshold is made for the gallery, or fewer than two people are enrolled. */
export function LookAlikes({ onOpen }: { onOpen: (id: string) => void }) {
  const pairs = useLookAlikes();
  const words = texts.people.lookAlikes;
  if (pairs.error) return <Failure error={pairs.error} retry={() => void pairs.refetch()} />;
  const shown = shownOf(pairs.data?.items ?? []);
  if (shown.length === 0) return null;
  const alike = shown.some(({ confusable }) => confusable);
  return (
    <div id="look-alikes">
      <Card title={words.title}>
        <p className="body soft small-text">{alike ? words.advice : words.none}</p>
        <Table
          columns={columnsOf(onOpen)}
          rows={shown}
          rowKey={({ people }) => people.map(({ id }) => id).join("-")}
        />
      </Card>
    </div>
  );
}
