#include "edge/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <opencv2/imgproc.hpp>

#include "edge/text_painter.h"

namespace sas::edge {
namespace {

constexpr double kFontHeight = 28;  // pixels, at scale 1
const cv::Scalar kWhite(255, 255, 255);
const cv::Scalar kBlack(0, 0, 0);

std::string two_digits(float value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(value));
  return text.data();
}

// A line of text on a filled bar whose top left corner is as near to `at` as the image allows.
void draw_text(cv::Mat& image, const std::string& text, cv::Point at, double scale,
               const cv::Scalar& background, const cv::Scalar& foreground) {
  constexpr int kMargin = 3;  // on the left and on the right
  const DrawnText line = draw_line(text, kFontHeight * scale, image.cols - 2 * kMargin);
  const cv::Size bar(line.coverage.cols + 2 * kMargin, line.coverage.rows);
  at.x = std::clamp(at.x, 0, std::max(0, image.cols - bar.width));
  at.y = std::clamp(at.y, 0, std::max(0, image.rows - bar.height));
  cv::rectangle(image, cv::Rect(at, bar), background, cv::FILLED);
  paint(image, line, {at.x + kMargin, at.y}, foreground);
}

}  // namespace

FaceState state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::marked:
      return FaceState::marked;
    case Outcome::cooldown:
      return FaceState::cooldown;
    case Outcome::ambiguous:
      return FaceState::ambiguous;
    case Outcome::spoof:
      return FaceState::spoof;
    case Outcome::unproven:
      return FaceState::unproven;
    case Outcome::unknown:
      break;
  }
  return FaceState::unknown;
}

cv::Scalar colour_of(FaceState state) {
  switch (state) {
    case FaceState::looking:
    case FaceState::waiting:
      return {160, 160, 160};
    case FaceState::asked:
      return {200, 110, 20};
    case FaceState::marked:
      return {60, 180, 40};
    case FaceState::cooldown:
      return {0, 170, 255};
    case FaceState::unknown:
    case FaceState::ambiguous:
    case FaceState::spoof:
    case FaceState::unproven:
    case FaceState::refused:
      break;
  }
  return {40, 40, 220};
}

std::string printable(const std::string& text, const std::string& instead) {
  return !text.empty() && fonts_have(text) ? text : instead;
}

FaceLabel label_for(const cv::Rect2f& box, const Decision& decision) {
  FaceLabel label;
  label.box = box;
  label.state = state_of(decision.outcome);
  const std::string score = decision.similarity ? two_digits(*decision.similarity) : std::string();
  switch (decision.outcome) {
    case Outcome::marked:
    case Outcome::cooldown:
      label.title = decision.person ? printable(decision.person->name, decision.person->code) : "known";
      label.detail = std::string(decision.outcome == Outcome::marked ? "marked " : "already marked ") + score;
      break;
    case Outcome::unknown:
      label.title = "unknown";
      if (!score.empty()) label.detail = score + " < " + two_digits(decision.threshold);
      break;
    case Outcome::ambiguous:
      label.title = "not sure who";
      if (decision.runner_up) label.detail = score + " and " + two_digits(*decision.runner_up);
      break;
    case Outcome::spoof:
      label.title = "not a live face";
      break;
    case Outcome::unproven:
      label.title = "not proven live";
      label.detail = "no liveness score";
      break;
  }
  return label;
}

FaceLabel label_for(const cv::Rect2f& box, const std::vector<vision::QualityProblem>& problems, bool sent) {
  FaceLabel label;
  label.box = box;
  label.state = sent ? FaceState::waiting : FaceState::looking;
  label.title = sent ? "waiting for the server" : "looking";
  if (!sent && !problems.empty()) label.detail = std::string(vision::hint(problems.front()));
  return label;
}

void draw_overlay(cv::Mat& image, const std::vector<FaceLabel>& labels, const std::string& status) {
  if (image.empty()) return;
  // Readable from a 320 pixel wide picture to a 4K one.
  const double scale = std::clamp(image.cols / 1280.0, 0.4, 1.6);
  const int thickness = std::max(2, static_cast<int>(std::lround(scale * 2.5)));
  const int line = static_cast<int>(std::lround(30 * scale));
  for (const FaceLabel& label : labels) {
    const cv::Scalar colour = colour_of(label.state);
    const cv::Rect box(label.box);
    cv::rectangle(image, box, colour, thickness);
    draw_text(image, label.title, {box.x, box.y - line}, scale, colour, kWhite);
    if (!label.detail.empty())
      draw_text(image, label.detail, {box.x, box.y + box.height}, scale, colour, kWhite);
  }
  if (!status.empty()) draw_text(image, status, {0, 0}, scale, kBlack, kWhite);
}

}  // namespace sas::edge
