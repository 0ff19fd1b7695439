import { describe, expect, it } from "vitest";
import type { InputRecipe } from "./manifest";
import { canvasSize, fingerprint, grey, type Image, resize, tensorOfImage, toTensor, warp } from "./pixels";

/** Of the red channel's values; green and blue are 0. */
function image(width: number, height: number, red: (x: number, y: number) => number): Image {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) data[(y * width + x) * 4] = red(x, y);
  return { width, height, data };
}
const reds = ({ data }: Image) => Array.from(data.filter((_, index) => index % 4 === 0));
const recipe = (change: Partial<InputRecipe>): InputRecipe => ({
  width: 2,
  height: 2,
  colour: "rgb",
  mean: [0],
  scale: [1],
  ...change,
});

describe("resize", () => {
  it("to half takes the mean of four pixels, rounded as OpenCV does", () => {
    const small = resize(
      image(4, 2, (x, y) => [10, 20, 30, 41][x]! + y),
      2,
      1,
    );
    expect(reds(small)).toEqual([16, 36]); // (10+20+11+21+2)/4, (30+41+31+42+2)/4
  });

  it("interpolates between the centres of pixels", () => {
    // What cv::resize(INTER_LINEAR) gives for one row 0 90 180 to six pixels.
    expect(
      reds(
        resize(
          image(3, 1, (x) => 90 * x),
          6,
          1,
        ),
      ),
    ).toEqual([0, 23, 68, 113, 158, 180]);
  });

  it("leaves an image of that size as it is", () => {
    const same = image(2, 2, (x, y) => x + y);
    expect(resize(same, 2, 2)).toBe(same);
  });
});

describe("warp", () => {
  const ramp = image(4, 4, (x, y) => 10 * x + 40 * y);

  it("with the identity copies", () => {
    expect(reds(warp(ramp, [1, 0, 0, 0, 1, 0], 4, 4, "black"))).toEqual(reds(ramp));
  });

  it("takes half of each neighbour at half a pixel", () => {
    expect(reds(warp(ramp, [1, 0, 0.5, 0, 1, 0], 3, 1, "black"))).toEqual([5, 15, 25]);
  });

  it("is black or the edge's colour outside", () => {
    expect(reds(warp(ramp, [1, 0, 10, 0, 1, 0], 1, 1, "black"))).toEqual([0]);
    expect(reds(warp(ramp, [1, 0, 10, 0, 1, 0], 1, 1, "repeat"))).toEqual([30]);
  });
});

describe("toTensor", () => {
  const pixel: Image = { width: 1, height: 1, data: new Uint8ClampedArray([100, 150, 200, 255]) };

  it("puts channels in the recipe's order", () => {
    expect(Array.from(toTensor(pixel, recipe({ colour: "rgb" })))).toEqual([100, 150, 200]);
    expect(Array.from(toTensor(pixel, recipe({ colour: "bgr" })))).toEqual([200, 150, 100]);
  });

  it("takes mean and scale of each channel", () => {
    const tensor = toTensor(pixel, recipe({ mean: [100, 50, 0], scale: [1, 10, 100] }));
    expect(Array.from(tensor)).toEqual([0, 10, 2]);
  });

  it("weighs colours to grey as OpenCV does", () => {
    expect(Array.from(grey(pixel))).toEqual([141]); // 0.299 * 100 + 0.587 * 150 + 0.114 * 200
  });
});

it("a letterbox keeps the aspect, pads at the right and below, and leads back", () => {
  const { tensor, scaleX, scaleY } = tensorOfImage(
    image(8, 4, () => 200),
    recipe({ width: 4, height: 4, letterbox: true }),
  );
  expect([scaleX, scaleY]).toEqual([2, 2]);
  expect(Array.from(tensor.subarray(0, 16))).toEqual([
    ...Array<number>(8).fill(200),
    ...Array<number>(8).fill(0),
  ]);
});

describe("fingerprint", () => {
  it("is the same for the same pixels and another for others, wherever they differ", () => {
    const still = image(64, 48, (x, y) => x + y);
    expect(fingerprint(image(64, 48, (x, y) => x + y))).toBe(fingerprint(still));
    for (const at of [0, 17, 64 * 48 - 1]) {
      const other = image(64, 48, (x, y) => x + y);
      other.data[at * 4] = 255 - other.data[at * 4]!;
      expect(fingerprint(other)).not.toBe(fingerprint(still));
    }
  });
});

describe("canvasSize", () => {
  it("keeps what every system can hold", () => {
    expect(canvasSize({ width: 4000, height: 3000 })).toEqual({ width: 4000, height: 3000 });
    expect(canvasSize({ width: 4096, height: 4096 })).toEqual({ width: 4096, height: 4096 });
  });

  it("shrinks a photograph of 48 megapixels and a panorama, and keeps their shape", () => {
    const photograph = canvasSize({ width: 8064, height: 6048 });
    expect(photograph.width * photograph.height).toBeLessThanOrEqual(4096 * 4096);
    expect(photograph.width / photograph.height).toBeCloseTo(8064 / 6048, 2);
    expect(photograph.width).toBeGreaterThan(4700);
    expect(canvasSize({ width: 16_384, height: 1_000 })).toEqual({ width: 8192, height: 500 });
    expect(canvasSize({ width: 100_000, height: 1 })).toEqual({ width: 8192, height: 1 });
  });
});
