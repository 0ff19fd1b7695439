// Turns pictures into faces to enrol, or into the reasons why they cannot be enrolled.
import type { NewFace } from "@/api/client";
import { encodeI8 } from "@/edge/codec";
import { decodePicture, type Edge } from "@/edge/edge";
import type { StillFace } from "@/edge/messages";
import { texts } from "@/texts";
import { isWorthATry, kindOf } from "./pictures";

export interface Shot {
  id: number;
  /** Empty if the face is good enough to enrol. */
  problems: string[];
  face?: StillFace;
  /** Of the file, if it comes from one. */
  fileName?: string;
}

/** So many good shots make recognition clearly surer than one; more add little. */
export const SHOTS_WANTED = 3;
/** The server takes no more at once. */
const MOST_FACES = 32;

let lastId = 0;

export async function shotOf(edge: Pick<Edge, "still">, picture: ImageBitmap): Promise<Shot> {
  const id = ++lastId;
  const { faces, face } = await edge.still(picture);
  if (!face) return { id, problems: [texts.enrol.noFace] };
  const problems = face.quality.problems.map((problem) => texts.problems[problem]);
  // Enrolment needs exactly one face: the most certain one may belong to somebody else.
  return { id, face, problems: faces > 1 ? [texts.enrol.severalFaces(faces)] : problems };
}

async function shotOfFile(edge: Pick<Edge, "still">, file: File): Promise<Shot> {
  const refused = () => ({
    id: ++lastId,
    fileName: file.name,
    problems: [texts.unreadable[kindOf(file.name)]],
  });
  if (!isWorthATry(file.name)) return refused();
  let picture: ImageBitmap;
  try {
    picture = await decodePicture(file);
  } catch {
    return refused();
  }
  return { ...(await shotOf(edge, picture)), fileName: file.name };
}

/** One after the other: a decoded photograph of 12 megapixels takes 48 MB. */
export async function* shotsOfFiles(edge: Pick<Edge, "still">, files: readonly File[]): AsyncGenerator<Shot> {
  for (const file of files) yield await shotOfFile(edge, file);
}

export const isGood = ({ face, problems }: Shot): boolean => face !== undefined && problems.length === 0;

/** The faces to send to the server, best first; it keeps each. */
export function facesOf(edge: Pick<Edge, "manifest">, shots: readonly Shot[]): NewFace[] {
  return shots
    .flatMap((shot) => (isGood(shot) && shot.face ? [shot.face] : []))
    .sort((a, b) => b.quality.overall - a.quality.overall)
    .slice(0, MOST_FACES)
    .map((face) => ({
      embedding: encodeI8(face.embedding),
      encoding: "i8",
      model: edge.manifest.embedder.identity,
      quality: Number(face.quality.overall.toFixed(6)),
    }));
}
