#include "edge/display.h"

#include <cstdlib>
#include <cstring>
#include <string_view>

#include <opencv2/highgui.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sas::edge {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool listens(const std::string& path, bool abstract) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() + 1 >= sizeof(address.sun_path)) return false;
  std::memcpy(address.sun_path + (abstract ? 1 : 0), path.data(), path.size());
  const int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return false;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  const bool connected = connect(handle, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  close(handle);
  return connected;
}

// The window library ends the whole program where there is no screen, so it must be known before.
bool screen_there() {
  if (!variable("QT_QPA_PLATFORM").empty()) return true;  // the user has chosen a platform
  const std::string_view display = variable("DISPLAY");
  if (display.empty()) return false;
  const std::size_t colon = display.rfind(':');
  if (colon == std::string_view::npos) return false;
  if (colon != 0 && display.substr(0, colon) != "unix") return true;  // on another machine, as with ssh -X
  const std::string_view number = display.substr(colon + 1, display.find('.', colon) - colon - 1);
  const std::string path = "/tmp/.X11-unix/X" + std::string(number);
  return listens(path, false) || listens(path, true);
}

}  // namespace

Result<std::unique_ptr<Display>> Display::open(const std::string& title) {
  constexpr std::string_view kRemedy =
      "; run it with --headless, or from a desktop session (over ssh: ssh -X, or set DISPLAY)";
  if (!screen_there()) {
    const std::string_view display = variable("DISPLAY");
    const std::string why =
        display.empty() ? "DISPLAY is not set" : "nothing answers at DISPLAY=" + std::string(display);
    return Error::of(ErrorKind::failed_precondition, "no_display",
                     "there is no screen to show a window on (" + why + ")" + std::string(kRemedy));
  }
  try {
    cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
  } catch (const cv::Exception& problem) {
    return Error::of(ErrorKind::failed_precondition, "no_display",
                     "cannot open a window (" + problem.err + ")" + std::string(kRemedy));
  }
  return std::unique_ptr<Display>(new Display(title));
}

Display::~Display() {
  try {
    cv::destroyWindow(title_);
  } catch (const cv::Exception&) {  // NOLINT(bugprone-empty-catch): the user has already closed it
  }
}

int Display::show(const cv::Mat& image) {
  cv::imshow(title_, image);
  const int key = cv::waitKey(1);
  return key < 0 ? 0 : key & 0xFF;
}

bool Display::is_open() const {
  try {
    return cv::getWindowProperty(title_, cv::WND_PROP_VISIBLE) >= 1;
  } catch (const cv::Exception&) {
    return false;
  }
}

}  // namespace sas::edge
