#include "vision/eval/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace sas::vision {
namespace {

constexpr int kWidth = 1000;
constexpr int kHeight = 600;
const cv::Rect kArea(90, 50, kWidth - 130, kHeight - 130);
const cv::Scalar kInk(60, 60, 60);
const cv::Scalar kGrid(225, 225, 225);

class Axes {
 public:
  explicit Axes(const Plot& plot) : plot_(plot) {}

  [[nodiscard]] cv::Point at(double x, double y) const {
    const double across = share(x, plot_.x_from, plot_.x_to);
    const double up = share(y, plot_.y_from, plot_.y_to);
    return {kArea.x + static_cast<int>(std::lround(across * kArea.width)),
            kArea.br().y - static_cast<int>(std::lround(up * kArea.height))};
  }
  [[nodiscard]] std::vector<double> ticks(double from, double to) const {
    std::vector<double> values;
    if (plot_.logarithmic) {
      for (double decade = std::ceil(std::log10(from) - 1e-9); decade <= std::log10(to) + 1e-9; ++decade)
        values.push_back(std::pow(10, decade));
      return values;
    }
    // A step of 1, 2 or 5 times a power of ten, so that there are five to ten ticks.
    const double rough = (to - from) / 6;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : 5);
    for (double value = std::ceil((from - (step * 1e-6)) / step) * step; value <= to + (step * 1e-6);
         value += step)
      values.push_back(value);
    return values;
  }

 private:
  [[nodiscard]] double share(double value, double from, double to) const {
    if (plot_.logarithmic) {
      value = std::log10(std::max(value, from));
      from = std::log10(from);
      to = std::log10(to);
    }
    return std::clamp((value - from) / (to - from), 0.0, 1.0);
  }
  const Plot& plot_;
};

void text(cv::Mat& image, const std::string& words, cv::Point at, double size = 0.5,
          const cv::Scalar& colour = kInk) {
  cv::putText(image, words, at, cv::FONT_HERSHEY_SIMPLEX, size, colour, 1, cv::LINE_AA);
}

int width_of(const std::string& words, double size = 0.5) {
  int baseline = 0;
  return cv::getTextSize(words, cv::FONT_HERSHEY_SIMPLEX, size, 1, &baseline).width;
}

std::string in_words(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.4g", std::abs(value) < 1e-12 ? 0 : value);
  return buffer.data();
}

void draw_axes(cv::Mat& image, const Plot& plot, const Axes& axes) {
  for (const double value : axes.ticks(plot.x_from, plot.x_to)) {
    const auto at = axes.at(value, plot.y_from);
    cv::line(image, at, {at.x, kArea.y}, kGrid);
    const auto words = in_words(value);
    text(image, words, {at.x - (width_of(words) / 2), kArea.br().y + 22});
  }
  for (const double value : axes.ticks(plot.y_from, plot.y_to)) {
    const auto at = axes.at(plot.x_from, value);
    cv::line(image, at, {kArea.br().x, at.y}, kGrid);
    const auto words = in_words(value);
    text(image, words, {kArea.x - 10 - width_of(words), at.y + 5});
  }
  text(image, plot.title, {kArea.x, 30}, 0.65);
  text(image, plot.x_label, {kArea.x + ((kArea.width - width_of(plot.x_label)) / 2), kHeight - 25});
  text(image, plot.y_label, {10, kArea.y - 8}, 0.45);
}

void draw_series(cv::Mat& image, const PlotSeries& series, const Plot& plot, const Axes& axes) {
  if (series.points.empty()) return;
  std::vector<cv::Point> line;
  for (const auto& [x, y] : series.points) line.push_back(axes.at(x, y));
  const cv::Scalar colour(series.colour[0], series.colour[1], series.colour[2]);
  if (series.filled) {
    auto area = line;
    area.push_back(axes.at(series.points.back().first, plot.y_from));
    area.push_back(axes.at(series.points.front().first, plot.y_from));
    cv::Mat over = image.clone();
    cv::fillPoly(over, std::vector<std::vector<cv::Point>>{area}, colour, cv::LINE_AA);
    constexpr double kOpacity = 0.35;
    cv::addWeighted(over, kOpacity, image, 1 - kOpacity, 0, image);
  }
  cv::polylines(image, line, false, colour, 2, cv::LINE_AA);
}

void draw_legend(cv::Mat& image, const Plot& plot) {
  int row = 0;
  for (const auto& series : plot.series) {
    const int y = kArea.y + 22 + (row++ * 24);
    const int x = kArea.br().x - 30 - width_of(series.name);
    cv::line(image, {x - 40, y - 5}, {x - 10, y - 5},
             cv::Scalar(series.colour[0], series.colour[1], series.colour[2]), 3, cv::LINE_AA);
    text(image, series.name, {x, y});
  }
}

}  // namespace

Result<void> write_plot(const Plot& plot, const std::filesystem::path& file) {
  cv::Mat image(kHeight, kWidth, CV_8UC3, cv::Scalar(255, 255, 255));
  const Axes axes(plot);
  draw_axes(image, plot, axes);
  for (const auto& series : plot.series) draw_series(image, series, plot, axes);
  int row = 0;
  for (const auto& [words, x] : plot.marks) {
    const auto at = axes.at(x, plot.y_from);
    cv::line(image, at, {at.x, kArea.y}, kInk, 1, cv::LINE_AA);
    text(image, words, {at.x + 6, kArea.y + 16 + (row++ * 20)}, 0.45);
  }
  cv::rectangle(image, kArea, kInk);
  draw_legend(image, plot);
  bool written = false;
  try {
    written = cv::imwrite(file.string(), image, {cv::IMWRITE_PNG_COMPRESSION, 9});
  } catch (const cv::Exception&) {
    written = false;  // OpenCV throws if the folder does not exist
  }
  if (written) return {};
  return Error::of(ErrorKind::failed_precondition, "plot_unwritable",
                   "cannot write the plot " + file.string() + "; choose another folder with --out",
                   {{"path", file.string()}});
}

}  // namespace sas::vision
