// A loaded model pack in the page: everything between an image and 512 numbers. The steps and their numbers are those of
// src/vision/onnx_face_engine.cpp; a test in a real browser compares the two.
import { decodeScrfd, decodeUltraface, decodeYunet, type Output } from "./detection";
import {
  ARCFACE_TEMPLATE,
  type Box,
  cropRegion,
  type DetectedFace,
  estimatePose,
  fiveOf68,
  type FivePoints,
  type HeadPose,
  invert,
  overlap,
  type Point,
  similarityTransform,
  suppressOverlapping,
} from "./geometry";
import { disagreement, faceBox, meanPoints, NO_FACE_THERE, REFINEMENT_SCALES, spread } from "./landmarks";
import { channelsOf, type Manifest, type ModelRecipe, parameter } from "./manifest";
import { type FaceQuality, judge, measure, type QualityLimits } from "./quality";
import { type Image, tensorOfImage, tensorOfRegion, toTensor, warp } from "./pixels";

/** A model that can be run; hides the runtime. */
export interface Model {
  run(input: Float32Array, shape: readonly number[]): Promise<Output[]>;
}

export interface Landmarks {
  five: FivePoints;
  /** 68 points in iBUG order; empty if the detector returned the five. */
  all: Point[];
  /** How far the model's own runs lie apart, in eye distances. Set by refine(), if the model can be run again. */
  disagreement?: number;
  /** What the second landmark model says, if the pack has one. */
  second?: FivePoints;
  /** How far it lies from `five`, in eye distances. */
  secondDisagreement?: number;
}

interface Loaded {
  recipe: ModelRecipe;
  model: Model;
}

/** With less overlap, a face that the second model sees is somebody else's. */
const LEAST_OVERLAP = 0.3;

/** An eye counts as shut below this score for "open". At one half, squinting eyes were refused too. */
const SURELY_SHUT = 0.1;

export function softmax(logits: Float32Array): Float32Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const shares = logits.map((logit) => Math.exp(logit - highest));
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

export function normalised(values: Float32Array): Float32Array {
  let squares = 0;
  for (const value of values) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0) || !Number.isFinite(length))
    throw new Error("the embedder answered with a vector of no length");
  return values.map((value) => value / length);
}

/** Of unit length. Throws if they point in opposite directions. */
export const meanEmbedding = (first: Float32Array, second: Float32Array): Float32Array =>
  normalised(first.map((value, i) => value + second[i]!));

/** The faces in a detector's outputs, in pixels of its input. */
function decodeFaces(recipe: ModelRecipe, outputs: readonly Output[]): DetectedFace[] {
  const minScore = parameter(recipe, "score");
  const { input } = recipe;
  const faces =
    recipe.kind === "scrfd"
      ? decodeScrfd(outputs, input, minScore)
      : recipe.kind === "yunet"
        ? decodeYunet(outputs, input, minScore)
        : decodeUltraface(outputs[0]!.data, outputs[1]!.data, input, minScore);
  return suppressOverlapping(faces, parameter(recipe, "nms"));
}

/** From a model's input to the image. */
function moveFace(
  { box, score, points }: DetectedFace,
  scale: Point,
  to: Point = { x: 0, y: 0 },
): DetectedFace {
  const move = ({ x, y }: Point) => ({ x: x * scale.x + to.x, y: y * scale.y + to.y });
  return {
    box: { ...move(box), width: box.width * scale.x, height: box.height * scale.y },
    score,
    points: points?.map(move) as FivePoints | undefined,
  };
}

export class FaceEngine {
  readonly manifest: Manifest;
  private readonly loaded = new Map<string, Loaded>();
  private readonly liveness: Loaded[] = [];

  private constructor(manifest: Manifest) {
    this.manifest = manifest;
  }

  /** `open` loads a model from a file of the pack. */
  static async load(manifest: Manifest, open: (file: string) => Promise<Model>): Promise<FaceEngine> {
    const engine = new FaceEngine(manifest);
    for (const recipe of manifest.models) {
      const file = manifest.files.find((candidate) => candidate.role === recipe.role);
      if (!file) throw new Error(`the pack ${manifest.name} has no file for its ${recipe.role} model`);
      const loaded = { recipe, model: await open(file.name) };
      if (recipe.role.startsWith("liveness")) engine.liveness.push(loaded);
      else engine.loaded.set(recipe.role, loaded);
    }
    for (const role of ["detector", "embedder"])
      if (!engine.loaded.has(role)) throw new Error(`the pack ${manifest.name} has no ${role}`);
    return engine;
  }

  /** Runs each model once: some graphics drivers make a session that then cannot compute. Throws what the runtime throws. */
  async warmUp(): Promise<void> {
    for (const loaded of [...this.loaded.values(), ...this.liveness]) {
      const { input } = loaded.recipe;
      await FaceEngine.run(loaded, new Float32Array(channelsOf(input) * input.width * input.height));
    }
  }

  private model(role: string): Loaded {
    return this.loaded.get(role)!;
  }

  private static run({ recipe, model }: Loaded, tensor: Float32Array): Promise<Output[]> {
    const { input } = recipe;
    return model.run(tensor, [1, channelsOf(input), input.height, input.width]);
  }

  /** The best score first; empty: no face. */
  async detect(image: Image): Promise<DetectedFace[]> {
    const detector = this.model("detector");
    const { input } = detector.recipe;
    const { tensor, scaleX, scaleY } = tensorOfImage(image, input);
    const outputs = await FaceEngine.run(detector, tensor);
    return decodeFaces(detector.recipe, outputs).map((face) => moveFace(face, { x: scaleX, y: scaleY }));
  }

  /** The 68 points of the face in this box. */
  private async pointsIn(image: Image, box: Box, loaded: Loaded): Promise<Point[]> {
    const region = cropRegion(box, image, loaded.recipe.input);
    const [output] = await FaceEngine.run(loaded, tensorOfRegion(image, region, loaded.recipe.input));
    const values = output!.data;
    return Array.from({ length: 68 }, (_, i) => ({
      x: region.x + values[i * 2]! * region.width,
      y: region.y + values[i * 2 + 1]! * region.height,
    }));
  }

  async landmarks(image: Image, face: DetectedFace): Promise<Landmarks> {
    const loaded = this.loaded.get("landmarks");
    if (!loaded) {
      if (!face.points) throw new Error(`the pack ${this.manifest.name} finds no landmarks`);
      return { five: face.points, all: [] };
    }
    const all = await this.pointsIn(image, face.box, loaded);
    return { five: face.points ?? fiveOf68(all), all };
  }

  /**
   * Checks and improves landmarks() for an embedding: the model runs three more times, on boxes rebuilt from the last points,
   * and the mean of these runs counts; a second landmark model is asked if the pack has one.
   */
  async refine(image: Image, face: DetectedFace, landmarks: Landmarks): Promise<Landmarks> {
    const refined = { ...landmarks };
    const loaded = this.loaded.get("landmarks");
    if (loaded && !face.points) {
      const runs: Point[][] = [];
      for (const scale of REFINEMENT_SCALES)
        runs.push(await this.pointsIn(image, faceBox(runs.at(-1) ?? landmarks.all, scale), loaded));
      refined.all = meanPoints(runs);
      refined.five = fiveOf68(refined.all);
      refined.disagreement = spread(runs.map(fiveOf68));
    }
    const second = this.loaded.get("landmarks2");
    if (second) {
      refined.second = await this.askSecond(image, face.box, second);
      refined.secondDisagreement = refined.second
        ? disagreement(refined.five, refined.second)
        : NO_FACE_THERE;
    }
    return refined;
  }

  /** The points of the face that the second model sees in the box; undefined: it sees no face there. */
  private async askSecond(image: Image, box: Box, loaded: Loaded): Promise<FivePoints | undefined> {
    const { input } = loaded.recipe;
    const region = cropRegion(box, image, input);
    const outputs = await FaceEngine.run(loaded, tensorOfRegion(image, region, input));
    const scale = { x: region.width / input.width, y: region.height / input.height };
    let most = LEAST_OVERLAP;
    let found: FivePoints | undefined;
    for (const face of decodeFaces(loaded.recipe, outputs).map((seen) => moveFace(seen, scale, region))) {
      const shared = overlap(face.box, box);
      if (shared <= most) continue;
      most = shared;
      found = face.points;
    }
    return found;
  }

  /** The 112x112 crop that the embedder sees. */
  align(image: Image, landmarks: Pick<Landmarks, "five">): Image {
    return warp(image, invert(similarityTransform(landmarks.five, ARCFACE_TEMPLATE)), 112, 112, "black");
  }

  /** 512 numbers of unit length, computed from the result of align(). */
  async embed(aligned: Image): Promise<Float32Array> {
    const embedder = this.model("embedder");
    const [output] = await FaceEngine.run(embedder, toTensor(aligned, embedder.recipe.input));
    return normalised(output!.data);
  }

  /** Aligns and embeds. With a second model's points, the mean of the embeddings by either set: their errors cancel in part. */
  async embedFace(image: Image, landmarks: Landmarks): Promise<Float32Array> {
    const first = await this.embed(this.align(image, landmarks));
    if (!landmarks.second) return first;
    return meanEmbedding(first, await this.embed(this.align(image, { five: landmarks.second })));
  }

  /** Uses the pose and eye models if the pack has them; for enrolment. */
  async assess(
    image: Image,
    face: DetectedFace,
    landmarks: Landmarks,
    aligned: Image,
    limits: QualityLimits,
  ): Promise<FaceQuality> {
    const pose = await this.headPose(image, face, landmarks);
    const eyesShut = await this.eyesShut(image, landmarks);
    const { disagreement: own, secondDisagreement } = landmarks;
    const measured = { ...measure(face.box, image, aligned), disagreement: own, secondDisagreement };
    return judge({ ...measured, score: face.score, pose, eyesShut }, limits);
  }

  /** Uses pixels and points only; for every frame of a video. */
  assessQuickly(
    image: Image,
    face: DetectedFace,
    landmarks: Landmarks,
    aligned: Image,
    limits: QualityLimits,
  ): FaceQuality {
    const pose = estimatePose(landmarks.five);
    return judge({ ...measure(face.box, image, aligned), score: face.score, pose, eyesShut: false }, limits);
  }

  /** 0: a photograph or a screen, 1: a living face; undefined: the pack has no liveness model. */
  async livenessOf(image: Image, face: DetectedFace): Promise<number | undefined> {
    if (this.liveness.length === 0) return undefined;
    let sum = 0;
    for (const loaded of this.liveness) {
      const { input } = loaded.recipe;
      const [output] = await FaceEngine.run(
        loaded,
        tensorOfRegion(image, cropRegion(face.box, image, input), input),
      );
      sum += softmax(output!.data)[parameter(loaded.recipe, "live_class")] ?? 0;
    }
    return sum / this.liveness.length;
  }

  private async headPose(image: Image, face: DetectedFace, landmarks: Landmarks): Promise<HeadPose> {
    const loaded = this.loaded.get("pose");
    if (!loaded) return estimatePose(landmarks.five);
    const { input } = loaded.recipe;
    const outputs = await FaceEngine.run(
      loaded,
      tensorOfRegion(image, cropRegion(face.box, image, input), input),
    );
    // Each angle is the mean of its bins, weighted by their probability (Ruiz et al., Hopenet, CVPRW 2018).
    const angle = (index: number) => {
      const mean = softmax(outputs[index]!.data).reduce((sum, share, bin) => sum + share * bin, 0);
      return mean * parameter(loaded.recipe, "degrees_per_bin") + parameter(loaded.recipe, "first_bin");
    };
    return { yaw: angle(0), pitch: angle(1), roll: angle(2) };
  }

  private async eyesShut(image: Image, landmarks: Landmarks): Promise<boolean> {
    const loaded = this.loaded.get("eyes");
    if (!loaded || landmarks.all.length === 0) return false;
    const { input } = loaded.recipe;
    for (const [outer, inner] of [
      [36, 39],
      [42, 45],
    ] as const) {
      const a = landmarks.all[outer]!;
      const b = landmarks.all[inner]!;
      const width = Math.hypot(b.x - a.x, b.y - a.y);
      if (width < 1) return false;
      const eye = { x: (a.x + b.x) / 2 - width / 2, y: (a.y + b.y) / 2 - width / 2, width, height: width };
      const [output] = await FaceEngine.run(
        loaded,
        tensorOfRegion(image, cropRegion(eye, image, input), input),
      );
      if ((softmax(output!.data)[parameter(loaded.recipe, "open_class")] ?? 1) >= SURELY_SHUT) return false;
    }
    return true;
  }
}
