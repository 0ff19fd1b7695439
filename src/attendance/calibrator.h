#pragma once
// Keeps the thresholds current while people come and go.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "attendance/calibrations.h"
#include "attendance/models.h"
#include "base/error.h"
#include "base/task.h"
#include "gallery/gallery.h"

namespace sas::attendance {

struct CalibratorOptions {
  // How often to look whether the gallery has changed. A change is then in the threshold.
  std::chrono::milliseconds poll{500};
  // A face that took another's place leaves the counts as they were: fit again after this long in any case.
  std::chrono::seconds at_least_every{600};
  std::size_t sample = 1000;  // enrolled templates that are tried as strangers, at most
  std::size_t closest = 50;   // pairs of look-alikes to keep
};

// Fits each partition's threshold to the gallery's own scores, in a thread of its own, and computes the neighbourhoods
// that the gallery lacks, with at most half of a core.
class Calibrator {
 public:
  // `gallery` and `calibrations` must outlive it. `organisations`: whose galleries are calibrated, for each of the models.
  Calibrator(Gallery& gallery, Calibrations& calibrations, const ModelPolicies& models,
             const std::vector<OrganisationId>& organisations, CalibratorOptions options = {});
  // Stops after the step in progress.
  ~Calibrator();
  Calibrator(const Calibrator&) = delete;
  Calibrator& operator=(const Calibrator&) = delete;

  void start();
  // Fits once. Not while the thread runs. The first error of the gallery, if any; the threshold then stays.
  [[nodiscard]] Result<void> fit();

 private:
  template <class T>
  [[nodiscard]] Result<T> await(Task<Result<T>> task);
  [[nodiscard]] Result<void> fit(const GalleryPartition& partition, const ModelPolicy& policy);
  // True: nothing is missing, or nothing could be computed.
  [[nodiscard]] bool prepare_some();
  void run();
  // False: to be stopped.
  [[nodiscard]] bool wait(std::chrono::nanoseconds time);

  Gallery& gallery_;
  Calibrations& calibrations_;
  const CalibratorOptions options_;
  std::vector<std::pair<GalleryPartition, ModelPolicy>> partitions_;  // that are calibrated
  std::size_t preparing_ = 0;  // the first of them that may lack neighbourhoods; only used by the thread
  boost::asio::io_context io_{1};
  std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace sas::attendance
