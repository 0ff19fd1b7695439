#pragma once

#include <span>

#include <opencv2/core.hpp>

#include "vision/pack/model_pack.h"

namespace sas::vision {

// What a box of the model's input must be multiplied by to be in pixels of the image.
struct InputScale {
  float x = 1;
  float y = 1;
};

// The whole image, stretched or letterboxed as the recipe says, as planes of floats (channels x height x
// width) into `tensor`, which has that size.
InputScale fill_from_image(const cv::Mat& image, const InputRecipe& input, std::span<float> tensor);

// The same of one region of the image; what lies outside the image repeats its edge.
void fill_from_region(const cv::Mat& image, const cv::Rect2f& region, const InputRecipe& input,
                      std::span<float> tensor);

}  // namespace sas::vision
