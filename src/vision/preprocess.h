#pragma once

#include <span>

#include <opencv2/core.hpp>

#include "vision/pack/model_pack.h"

namespace sas::vision {

// Multiply a box of the model's input by this to get pixels of the image.
struct InputScale {
  float x = 1;
  float y = 1;
};

// Writes the whole image, stretched or letterboxed according to the recipe, as planes of floats (channels x
// height x width) into `tensor`, which has that size.
InputScale fill_from_image(const cv::Mat& image, const InputRecipe& input, std::span<float> tensor);

// The same for one region of the image; parts outside the image repeat its edge.
void fill_from_region(const cv::Mat& image, const cv::Rect2f& region, const InputRecipe& input,
                      std::span<float> tensor);

}  // namespace sas::vision
