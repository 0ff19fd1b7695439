// Turns pictures into faces to enrol, or into the reasons why they cannot be enrolled.
import type { NewFace } from "@/api/client";
import { encodeI8 } from "@/edge/codec";
import { decodePicture, type Edge } from "@/edge/edge";
import type { StillFace } from "@/edge/messages";
import { texts } from "@/texts";

export interface Shot {
  id: number;
  /** Empty if the face is good enough to enrol. */
  problems: string[];
  face?: StillFace;
}

let lastId = 0;

export async function shotOf(edge: Edge, picture: ImageBitmap): Promise<Shot> {
  const id = ++lastId;
  const { faces, face } = await edge.still(picture);
  if (!face) return { id, problems: [texts.enrol.noFace] };
  const problems = face.quality.problems.map((problem) => texts.problems[problem]);
  // Enrolment needs exactly one face: the most certain one may belong to somebody else.
  return { id, face, problems: faces > 1 ? [texts.enrol.severalFaces(faces)] : problems };
}

export async function shotOfFile(edge: Edge, file: Blob): Promise<Shot> {
  let picture: ImageBitmap;
  try {
    picture = await decodePicture(file);
  } catch {
    return { id: ++lastId, problems: [texts.enrol.notAPicture] };
  }
  return shotOf(edge, picture);
}

/** The faces to send to the server, best first. */
export function facesOf(edge: Edge, shots: readonly Shot[]): NewFace[] {
  return shots
    .flatMap(({ face, problems }) => (face && problems.length === 0 ? [face] : []))
    .sort((a, b) => b.quality.overall - a.quality.overall)
    .slice(0, 32)
    .map((face) => ({
      embedding: encodeI8(face.embedding),
      encoding: "i8",
      model: edge.manifest.embedder.identity,
      quality: Number(face.quality.overall.toFixed(6)),
    }));
}
