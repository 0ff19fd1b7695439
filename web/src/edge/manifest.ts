// A model pack's manifest, as in models/*.json and GET /api/v1/models. The browser follows the same recipe as
// src/vision.

export type Colour = "rgb" | "bgr" | "grey";

export interface InputRecipe {
  width: number;
  height: number;
  colour: Colour;
  /** One per channel, or one for all; 0..255. */
  mean: number[];
  /** (pixel - mean) / scale; one per channel, or one for all. */
  scale: number[];
  /** The face's box grown by this factor; absent: the whole image that is given. */
  crop?: number;
  /** The crop is a square of the box's longer side. */
  square?: boolean;
  /** Keep the aspect ratio and pad right and bottom, instead of stretching. */
  letterbox?: boolean;
  /** A crop that reaches past the image: repeat the image's edge, or shrink and move the crop inside. */
  edge?: "repeat" | "inside";
}

export interface ModelRecipe {
  role: string;
  kind: string;
  input: InputRecipe;
  parameters: Record<string, number>;
}

export interface PackFile {
  role: string;
  name: string;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  name: string;
  description: string;
  licence: { spdx: string; commercial_use: boolean; note: string };
  embedder: { identity: string; size: number };
  threshold: { cosine: number };
  /** `weak`: the models take too many living people for pictures; null: no liveness models. */
  liveness?: { threshold: number; weak: boolean } | null;
  files: PackFile[];
  models: ModelRecipe[];
}

/** The field of a sighting for the score of the pack's liveness models. A score by weak ones turns nobody away. */
export const livenessField = (manifest: Pick<Manifest, "liveness">): "liveness" | "weak_liveness" =>
  manifest.liveness?.weak ? "weak_liveness" : "liveness";

export const channelsOf = (input: InputRecipe): number => (input.colour === "grey" ? 1 : 3);

export function parameter(recipe: ModelRecipe, name: string): number {
  const value = recipe.parameters[name];
  if (value === undefined) throw new Error(`the manifest's ${recipe.role} model lacks the parameter ${name}`);
  return value;
}
