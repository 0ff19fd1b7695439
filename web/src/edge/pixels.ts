// Pixels to tensors. The C++ edge uses OpenCV, and embeddings agree only if the pixels do: resize and warp
// here follow OpenCV's fixed-point bilinear arithmetic for 8-bit images, not the canvas's own scaling.
import type { Affine, Box, Size } from "./geometry";
import { channelsOf, type Colour, type InputRecipe } from "./manifest";

/** RGBA, one byte each, rows from the top; alpha is ignored. As from a canvas's getImageData(). */
export interface Image extends Size {
  data: Uint8ClampedArray;
}

const makeImage = (width: number, height: number): Image => ({
  width,
  height,
  data: new Uint8ClampedArray(width * height * 4),
});

/** FNV-1a over the pixels: two pictures that differ anywhere almost surely have different ones. */
export function fingerprint({ data }: Image): number {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}

/** WebKit gives a canvas at most this many pixels; more make it empty, without an error. */
const MOST_PIXELS = 4096 * 4096;
/** Texture limit of older phones. */
const MOST_SIDE = 8192;

/** The largest size of the same shape that every system's canvas can hold. */
export function canvasSize({ width, height }: Size, mostPixels = MOST_PIXELS): Size {
  const shrink = Math.min(1, MOST_SIDE / Math.max(width, height), Math.sqrt(mostPixels / (width * height)));
  if (shrink >= 1) return { width, height };
  const fit = (side: number) => Math.max(1, Math.floor(side * shrink));
  return { width: fit(width), height: fit(height) };
}

const RESIZE_BITS = 11; // INTER_RESIZE_COEF_BITS
const WARP_BITS = 5; // INTER_BITS: positions are rounded to 1/32 pixel

function resizeTable(from: number, to: number): { at: Int32Array; weight: Int32Array } {
  const at = new Int32Array(to);
  const weight = new Int32Array(to);
  const scale = from / to;
  for (let i = 0; i < to; ++i) {
    const position = Math.fround((i + 0.5) * scale - 0.5);
    let cell = Math.floor(position);
    let rest = position - cell;
    if (cell < 0) [cell, rest] = [0, 0];
    if (cell >= from - 1) [cell, rest] = [from - 1, 0];
    at[i] = cell;
    weight[i] = Math.round(rest * (1 << RESIZE_BITS));
  }
  return { at, weight };
}

/** cv::resize with INTER_LINEAR. */
export function resize(image: Image, width: number, height: number): Image {
  if (image.width === width && image.height === height) return image;
  const out = makeImage(width, height);
  const source = image.data;
  const stride = image.width * 4;
  if (image.width === 2 * width && image.height === 2 * height) {
    // At a scale of exactly one half OpenCV takes the mean of four pixels.
    for (let y = 0, o = 0; y < height; ++y)
      for (let x = 0; x < width; ++x, ++o) {
        const i = 2 * y * stride + 8 * x;
        for (let c = 0; c < 3; ++c)
          out.data[o * 4 + c] =
            (source[i + c]! +
              source[i + 4 + c]! +
              source[i + stride + c]! +
              source[i + stride + 4 + c]! +
              2) >>
            2;
      }
    return out;
  }
  const columns = resizeTable(image.width, width);
  const rows = resizeTable(image.height, height);
  const one = 1 << RESIZE_BITS;
  for (let y = 0, o = 0; y < height; ++y) {
    const upper = rows.at[y]! * stride;
    const lower = Math.min(rows.at[y]! + 1, image.height - 1) * stride;
    const b1 = rows.weight[y]!;
    const b0 = one - b1;
    for (let x = 0; x < width; ++x, o += 4) {
      const left = columns.at[x]! * 4;
      const right = Math.min(columns.at[x]! + 1, image.width - 1) * 4;
      const a1 = columns.weight[x]!;
      const a0 = one - a1;
      for (let c = 0; c < 3; ++c) {
        const top = source[upper + left + c]! * a0 + source[upper + right + c]! * a1;
        const bottom = source[lower + left + c]! * a0 + source[lower + right + c]! * a1;
        out.data[o + c] = (((b0 * (top >> 4)) >> 16) + ((b1 * (bottom >> 4)) >> 16) + 2) >> 2;
      }
    }
  }
  return out;
}

/**
 * cv::warpAffine with INTER_LINEAR and WARP_INVERSE_MAP: `toImage` maps a pixel of the result to the image. Outside
 * the image it is black, or repeats the image's edge.
 */
export function warp(
  image: Image,
  toImage: Affine,
  width: number,
  height: number,
  border: "black" | "repeat",
): Image {
  const out = makeImage(width, height);
  const source = image.data;
  const [a, b, c, d, e, f] = toImage;
  const lastX = image.width - 1;
  const lastY = image.height - 1;
  const half = 16; // rounds 1/1024 to 1/32
  for (let y = 0, o = 0; y < height; ++y) {
    const rowX = Math.round((b * y + c) * 1024) + half;
    const rowY = Math.round((e * y + f) * 1024) + half;
    for (let x = 0; x < width; ++x, o += 4) {
      const px = (rowX + Math.round(a * x * 1024)) >> WARP_BITS;
      const py = (rowY + Math.round(d * x * 1024)) >> WARP_BITS;
      const x0 = px >> WARP_BITS;
      const y0 = py >> WARP_BITS;
      const fx = px & 31;
      const fy = py & 31;
      for (let channel = 0; channel < 3; ++channel) {
        const at = (column: number, row: number): number => {
          if (border === "repeat") {
            column = column < 0 ? 0 : column > lastX ? lastX : column;
            row = row < 0 ? 0 : row > lastY ? lastY : row;
          } else if (column < 0 || row < 0 || column > lastX || row > lastY) {
            return 0;
          }
          return source[(row * image.width + column) * 4 + channel]!;
        };
        const sum =
          at(x0, y0) * (32 - fx) * (32 - fy) +
          at(x0 + 1, y0) * fx * (32 - fy) +
          at(x0, y0 + 1) * (32 - fx) * fy +
          at(x0 + 1, y0 + 1) * fx * fy;
        out.data[o + channel] = (sum + 512) >> 10;
      }
    }
  }
  return out;
}

/** cv::COLOR_BGR2GRAY's weights. */
export const greyOf = (red: number, green: number, blue: number): number =>
  (red * 9798 + green * 19235 + blue * 3735 + 16384) >> 15;

export function grey(image: Image): Uint8Array {
  const out = new Uint8Array(image.width * image.height);
  for (let i = 0; i < out.length; ++i)
    out[i] = greyOf(image.data[i * 4]!, image.data[i * 4 + 1]!, image.data[i * 4 + 2]!);
  return out;
}

const PLANES: Record<Exclude<Colour, "grey">, [number, number, number]> = { rgb: [0, 1, 2], bgr: [2, 1, 0] };

/** Planes of (pixel - mean) / scale, channels first. */
export function toTensor(image: Image, input: InputRecipe): Float32Array {
  const pixels = image.width * image.height;
  const tensor = new Float32Array(pixels * channelsOf(input));
  const mean = (channel: number) => input.mean[input.mean.length === 1 ? 0 : channel] ?? 0;
  const scale = (channel: number) => input.scale[input.scale.length === 1 ? 0 : channel] ?? 1;
  if (input.colour === "grey") {
    const values = grey(image);
    for (let i = 0; i < pixels; ++i) tensor[i] = (values[i]! - mean(0)) / scale(0);
    return tensor;
  }
  PLANES[input.colour].forEach((from, channel) => {
    const m = mean(channel);
    const s = scale(channel);
    for (let i = 0, o = channel * pixels; i < pixels; ++i, ++o)
      tensor[o] = (image.data[i * 4 + from]! - m) / s;
  });
  return tensor;
}

/** The whole image as a model's input; `scaleX` and `scaleY` map its results back to the image. */
export function tensorOfImage(
  image: Image,
  input: InputRecipe,
): { tensor: Float32Array; scaleX: number; scaleY: number } {
  const x = image.width / input.width;
  const y = image.height / input.height;
  if (!input.letterbox)
    return { tensor: toTensor(resize(image, input.width, input.height), input), scaleX: x, scaleY: y };
  const larger = Math.max(x, y);
  const shrunk = (pixels: number, room: number) => Math.min(Math.max(Math.round(pixels / larger), 1), room);
  const small = resize(image, shrunk(image.width, input.width), shrunk(image.height, input.height));
  const padded = makeImage(input.width, input.height);
  for (let row = 0; row < small.height; ++row)
    padded.data.set(
      small.data.subarray(row * small.width * 4, (row + 1) * small.width * 4),
      row * padded.width * 4,
    );
  return {
    tensor: toTensor(padded, input),
    scaleX: image.width / small.width,
    scaleY: image.height / small.height,
  };
}

export function tensorOfRegion(image: Image, region: Box, input: InputRecipe): Float32Array {
  const x = region.width / input.width;
  const y = region.height / input.height;
  // Pixel centres map to pixel centres.
  const toImage: Affine = [x, 0, region.x + (x - 1) / 2, 0, y, region.y + (y - 1) / 2];
  return toTensor(warp(image, toImage, input.width, input.height, "repeat"), input);
}
