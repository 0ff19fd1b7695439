#pragma once

#include <memory>
#include <string>

#include <opencv2/core.hpp>

#include "base/error.h"

namespace sas::edge {

// A window on the screen. Create, use and destroy it on one thread.
class Display {
 public:
  // failed_precondition "no_display": this machine or session has no screen; names the remedy.
  [[nodiscard]] static Result<std::unique_ptr<Display>> open(const std::string& title);
  ~Display();
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  // Shows the image and handles the window's events. Returns the key that was pressed, or 0.
  [[nodiscard]] int show(const cv::Mat& image);
  // False once the user has closed the window.
  [[nodiscard]] bool is_open() const;

 private:
  explicit Display(std::string title) : title_(std::move(title)) {}
  std::string title_;
};

inline constexpr int kEscapeKey = 27;

}  // namespace sas::edge
