#include "edge/frame_pump.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/backoff.h"
#include "edge/picture.h"

namespace sas::edge {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadAhead = 4;  // frames of a file decoded ahead of the models
constexpr std::chrono::seconds kGrace{1};
// From here on a camera that stays away is mentioned only now and then.
constexpr int kAttemptsTold = 6;
constexpr int kAttemptsBetween = 20;

double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

bool same_picture(const cv::Mat& a, const cv::Mat& b) {
  if (a.empty() || a.size() != b.size() || a.type() != b.type()) return false;
  const std::size_t row = static_cast<std::size_t>(a.cols) * a.elemSize();
  for (int y = 0; y < a.rows; ++y)
    if (std::memcmp(a.ptr(y), b.ptr(y), row) != 0) return false;
  return true;
}

// Notices a source that gives the same picture again and again. Used by one thread.
class FreezeWatch {
 public:
  // `last`: the picture before the first.
  FreezeWatch(std::chrono::milliseconds after, cv::Mat last) : after_(after), last_(std::move(last)) {}

  // Whether the picture is exactly the one before it.
  [[nodiscard]] bool repeats(const cv::Mat& picture, SteadyClock::time_point now) {
    if (after_.count() == 0) return false;
    const bool same = same_picture(last_, picture);
    if (!same || since_ == SteadyClock::time_point{}) since_ = now;
    last_ = picture;
    return same;
  }
  [[nodiscard]] bool frozen(SteadyClock::time_point now) const {
    return after_.count() != 0 && since_ != SteadyClock::time_point{} && now - since_ >= after_;
  }
  [[nodiscard]] const cv::Mat& picture() const { return last_; }

 private:
  const std::chrono::milliseconds after_;
  cv::Mat last_;
  SteadyClock::time_point since_{};  // the first time of this picture
};

}  // namespace

// Everything that a reader which was left behind may still touch.
struct FramePump::Shared {
  Shared(const PumpOptions& options, bool live) : options(options), live(live) {}

  // What the current reader is doing. A reader compares its own number to learn that it was abandoned.
  enum class Work { opening, reading, handing_over, done };

  const PumpOptions options;
  const bool live;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  // All below: guarded by mutex.
  std::deque<Frame> frames;
  bool ended = false;
  std::optional<Error> failure;
  std::uint64_t reader = 0;  // the number of the reader whose frames count
  std::stop_source reader_stop;
  Work work = Work::done;
  SteadyClock::time_point since;  // `work` began
  std::optional<Error> outcome;   // of a reader that is done; none: the source is at its end
  std::string name = "the camera";
  std::uint64_t index = 0;
  bool connected = false;
  bool lost_before = false;
  std::optional<SteadyClock::time_point> first_frame;  // of this reader
  std::uint64_t dropped = 0;
  std::uint64_t undecoded = 0;
  std::uint64_t reconnects = 0;
  std::size_t abandoned = 0;
  cv::Mat frozen;     // the picture at which the source was last found frozen; empty: it has moved since
  bool over = false;  // the pump is gone: a reader that returns now may do so while the program ends

  // Readers call the functions below without the mutex. False: this reader was abandoned.
  bool begin(std::uint64_t number, Work what);
  bool put(std::uint64_t number, Frame frame);
  void finish(std::uint64_t number, std::optional<Error> error);
  void read(std::uint64_t number, std::unique_ptr<FrameSource> source, const Reopen& reopen,
            const std::stop_token& stop);
};

bool FramePump::Shared::begin(std::uint64_t number, Work what) {
  const std::lock_guard lock(mutex);
  if (number != reader) return false;
  work = what;
  since = SteadyClock::now();
  return true;
}

bool FramePump::Shared::put(std::uint64_t number, Frame frame) {
  {
    std::unique_lock lock(mutex);
    if (number != reader) return false;
    work = Work::handing_over;
    if (!live) {
      const std::stop_token stop = reader_stop.get_token();
      if (!changed.wait(lock, stop, [&] { return frames.size() < kReadAhead; })) return number == reader;
    }
    if (!first_frame) {
      first_frame = SteadyClock::now();
      if (lost_before) {
        ++reconnects;
        spdlog::info("{} is back", name);
      }
      connected = true;
    }
    if (live) {
      dropped += frames.size();
      frames.clear();
    }
    frame.index = index++;  // continues when the source is opened again
    frames.push_back(std::move(frame));
  }
  changed.notify_all();
  return true;
}

void FramePump::Shared::finish(std::uint64_t number, std::optional<Error> error) {
  {
    const std::lock_guard lock(mutex);
    if (number == reader) {
      work = Work::done;
      outcome = std::move(error);
    } else {
      --abandoned;
      if (!over) spdlog::info("{}: a read that hung has returned", name);
    }
  }
  changed.notify_all();
}

void FramePump::Shared::read(std::uint64_t number, std::unique_ptr<FrameSource> source, const Reopen& reopen,
                             const std::stop_token& stop) {
  if (!source) {
    auto opened = reopen();
    if (!opened) return finish(number, opened.error());
    source = std::move(*opened);
  }
  cv::Mat frozen_at;
  {
    const std::lock_guard lock(mutex);
    if (number == reader) name = source->description();
    frozen_at = frozen;
  }
  FreezeWatch freeze(live ? options.frozen_after : std::chrono::milliseconds(0), frozen_at);
  std::optional<SteadyClock::time_point> grey_since;
  while (begin(number, Work::reading)) {
    auto frame = source->next(stop);
    if (!frame) {
      source.reset();  // a device can be opened again only once it is closed
      return finish(number, frame.error());
    }
    if (!*frame) break;
    if (live && is_undecoded((*frame)->image)) {
      const auto now = SteadyClock::now();
      if (!grey_since) grey_since = now;
      {
        const std::lock_guard lock(mutex);
        ++undecoded;
      }
      if (now - *grey_since < options.read_limit) continue;
      const std::string what = source->description();
      source.reset();
      return finish(number, Error::of(ErrorKind::unavailable, "source_undecoded",
                                      what + " delivers only grey pictures: its stream is damaged on the way "
                                             "or at its start"));
    }
    grey_since.reset();
    const auto now = SteadyClock::now();
    (*frame)->repeated = freeze.repeats((*frame)->image, now);
    if ((*frame)->repeated && freeze.frozen(now)) {
      const std::string what = source->description();
      source.reset();
      {
        const std::lock_guard lock(mutex);
        if (number == reader) frozen = freeze.picture();
      }
      return finish(number,
                    Error::of(ErrorKind::unavailable, "source_frozen",
                              what + fmt::format(" has shown one and the same picture for {:g} s: it is "
                                                 "frozen and nobody is watched; restart the camera",
                                                 seconds(options.frozen_after))));
    }
    if (same_picture(frozen_at, (*frame)->image)) continue;  // still frozen after it was opened again
    if (!frozen_at.empty()) {
      frozen_at.release();
      const std::lock_guard lock(mutex);
      frozen.release();
    }
    if (!put(number, std::move(**frame))) break;
  }
  source.reset();
  finish(number, std::nullopt);
}

FramePump::FramePump(std::unique_ptr<FrameSource> source, Reopen reopen, const PumpOptions& options)
    : reopen_(std::move(reopen)),
      options_(options),
      first_(std::move(source)),
      shared_(std::make_shared<Shared>(options, first_ ? first_->live() : true)),
      supervisor_([this](const std::stop_token& stop) { supervise(stop); }) {}

FramePump::~FramePump() { stop(); }

void FramePump::stop() {
  supervisor_.request_stop();
  if (supervisor_.joinable()) supervisor_.join();
  const std::lock_guard lock(shared_->mutex);
  shared_->over = true;
}

FramePump::State FramePump::next(Frame& frame, std::chrono::milliseconds patience) {
  Shared& shared = *shared_;
  std::unique_lock lock(shared.mutex);
  const auto something = [&] { return shared.ended || !shared.frames.empty(); };
  if (shared.live) {
    shared.changed.wait_for(lock, patience, something);
  } else {
    shared.changed.wait(lock, something);
  }
  if (!shared.frames.empty()) {
    frame = std::move(shared.frames.front());
    shared.frames.pop_front();
    lock.unlock();
    shared.changed.notify_all();
    return State::frame;
  }
  return shared.ended ? State::ended : State::none_yet;
}

std::optional<Error> FramePump::failure() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->failure;
}
std::uint64_t FramePump::dropped() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->dropped;
}
std::uint64_t FramePump::undecoded() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->undecoded;
}
std::uint64_t FramePump::reconnects() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->reconnects;
}
bool FramePump::connected() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->connected;
}
std::size_t FramePump::abandoned() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->abandoned;
}

void FramePump::start_reader(std::unique_ptr<FrameSource> source) {
  std::uint64_t number = 0;
  std::stop_token stop;
  {
    const std::lock_guard lock(shared_->mutex);
    number = ++shared_->reader;
    shared_->reader_stop = std::stop_source();
    stop = shared_->reader_stop.get_token();
    shared_->work = source ? Shared::Work::reading : Shared::Work::opening;
    shared_->since = SteadyClock::now();
    shared_->outcome.reset();
    shared_->first_frame.reset();
  }
  reader_ = std::thread([shared = shared_, number, source = std::move(source), reopen = reopen_,
                         stop]() mutable { shared->read(number, std::move(source), reopen, stop); });
}

void FramePump::leave_reader() {
  {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->abandoned;
    ++shared_->reader;  // its frames no longer count
    shared_->reader_stop.request_stop();
  }
  reader_.detach();
}

bool FramePump::await_reader(const std::stop_token& stop, std::optional<Error>& error) {
  Shared& shared = *shared_;
  std::unique_lock lock(shared.mutex);
  const auto done = [&] { return shared.work == Shared::Work::done; };
  while (!done() && !stop.stop_requested()) {
    // A file may be on a network drive that is slow to wake up, and nobody is waiting in front of it.
    const bool opening = shared.work == Shared::Work::opening;
    const auto limit = opening || !shared.live ? options_.open_limit : options_.read_limit;
    const auto now = SteadyClock::now();
    if (shared.work != Shared::Work::handing_over && now >= shared.since + limit) {
      error = Error::of(ErrorKind::unavailable, "source_stalled",
                        shared.name + (opening ? " could not be opened within " : " delivered nothing for ") +
                            std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) +
                            " s; its reading thread is abandoned");
      lock.unlock();
      leave_reader();
      return true;
    }
    const auto look_again = shared.work == Shared::Work::handing_over ? now + limit : shared.since + limit;
    shared.changed.wait_until(lock, stop, look_again, done);
  }
  if (!done()) {
    shared.reader_stop.request_stop();
    shared.changed.wait_for(lock, kGrace, done);
    const bool hangs = !done();
    lock.unlock();
    if (hangs) {
      leave_reader();
    } else {
      reader_.join();
    }
    return false;
  }
  error = shared.outcome;
  lock.unlock();
  reader_.join();
  return true;
}

bool FramePump::pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait_for(lock, stop, time, [] { return false; });
  if (shared_->abandoned >= options_.most_abandoned && !stop.stop_requested()) {
    spdlog::error(
        "{}: {} reads hang, so it is not opened again until one of them returns; restart this "
        "program, or the camera",
        shared_->name, shared_->abandoned);
    shared_->changed.wait(lock, stop, [&] { return shared_->abandoned < options_.most_abandoned; });
  }
  return !stop.stop_requested();
}

void FramePump::end(std::optional<Error> failure) {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->ended = true;
    shared_->failure = std::move(failure);
  }
  shared_->changed.notify_all();
}

void FramePump::supervise(const std::stop_token& stop) {
  Backoff backoff({.first = options_.first_pause, .longest = options_.longest_pause});
  int attempts = 0;  // in a row without a frame
  start_reader(std::move(first_));
  while (true) {
    std::optional<Error> error;
    if (!await_reader(stop, error)) return end(std::nullopt);
    if (!error) return end(std::nullopt);
    if (!shared_->live || !reopen_ || error->kind != ErrorKind::unavailable) return end(std::move(error));
    {
      const std::lock_guard lock(shared_->mutex);
      shared_->connected = false;
      shared_->lost_before = true;
      if (shared_->first_frame) {
        attempts = 0;
        if (SteadyClock::now() - *shared_->first_frame >= options_.settled_after) backoff.reset();
      }
    }
    ++attempts;
    const auto wait = backoff.next();
    if (attempts <= kAttemptsTold || attempts % kAttemptsBetween == 0)
      spdlog::warn("{}; opening it again in {:.0f} s", error->message, seconds(wait));
    if (!pause(stop, wait)) return end(std::nullopt);
    start_reader(nullptr);
  }
}

}  // namespace sas::edge
