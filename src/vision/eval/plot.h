#pragma once
// Curves as PNG images: the two kinds of plot an evaluation needs.

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sas::vision {

struct PlotSeries {
  std::string name;
  std::array<unsigned char, 3> colour{};  // blue, green, red
  std::vector<std::pair<double, double>> points;
  bool filled = false;  // down to the axis
};

struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  double x_from = 0;
  double x_to = 1;
  double y_from = 0;
  double y_to = 1;
  bool logarithmic = false;  // both axes, in decades
  std::vector<PlotSeries> series;
  std::vector<std::pair<std::string, double>> marks;  // labelled vertical lines
};

// 1000 x 600 pixels. failed_precondition "plot_unwritable": names the file.
[[nodiscard]] Result<void> write_plot(const Plot& plot, const std::filesystem::path& file);

}  // namespace sas::vision
