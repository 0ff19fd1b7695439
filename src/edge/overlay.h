#pragma once

#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "domain/attendance.h"
#include "vision/face.h"

namespace sas::edge {

// What is known of a face on the screen. Each state has a colour and is also written out.
enum class FaceState {
  looking,    // grey: nothing decided yet
  waiting,    // grey: sent, the server has not answered
  asked,      // blue: the person is asked to blink or to turn the head
  marked,     // green
  cooldown,   // amber
  unknown,    // red
  ambiguous,  // red
  spoof,      // red
  unproven,   // red
  refused     // red: the event was not accepted
};

[[nodiscard]] FaceState state_of(Outcome outcome);
[[nodiscard]] cv::Scalar colour_of(FaceState state);  // BGR

struct FaceLabel {
  cv::Rect2f box;
  FaceState state = FaceState::looking;
  std::string title;   // a name or the state; never empty
  std::string detail;  // similarity, or what to do ("come closer"); may be empty
};

// The two lines that a decision, or the last look, writes next to a box.
[[nodiscard]] FaceLabel label_for(const cv::Rect2f& box, const Decision& decision);
[[nodiscard]] FaceLabel label_for(const cv::Rect2f& box, const std::vector<vision::QualityProblem>& problems,
                                  bool sent);

// Draws boxes with their labels and a status line at the top. Labels stay inside the image, and are cut where
// they are wider.
void draw_overlay(cv::Mat& image, const std::vector<FaceLabel>& labels, const std::string& status);

// `text` if this machine's fonts have every character of it, otherwise `instead` (a person's code).
[[nodiscard]] std::string printable(const std::string& text, const std::string& instead);

}  // namespace sas::edge
