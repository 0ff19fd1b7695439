#pragma once
// From photographs and video to enrolled people.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/enrolment.h"
#include "domain/ids.h"
#include "edge/api_client.h"
#include "edge/look_alike.h"
#include "edge/picture.h"
#include "vision/face_engine.h"

namespace sas::edge {

struct PersonToEnrol {
  std::string code;
  std::string name;
  std::vector<std::filesystem::path> images;
};

// Each folder in `folder` is a person with the images in it; an image directly in `folder` is a person with
// one image. The name identifies the person: "CODE_Name" (underscores in the name become spaces), or a plain
// name, which is then the code as well. If several share what stands before the underscore and it has no digit
// (Anna_Svensson, Anna_Berg), it is a name: each one's code is the whole of its own. Sorted by code.
// invalid_argument "no_people" when there is nobody, "duplicate_code" when two have the same code.
[[nodiscard]] Result<std::vector<PersonToEnrol>> people_in_folder(const std::filesystem::path& folder);

// A CSV file with the columns code, name and images (in any order, others are ignored); several images are
// separated by semicolons and relative to the file's folder. invalid_argument "invalid_csv" names
// the line.
[[nodiscard]] Result<std::vector<PersonToEnrol>> people_in_csv(const std::filesystem::path& file);

// What enrolment asks of a server. Errors are the server's own.
class EnrolmentServer {
 public:
  virtual ~EnrolmentServer() = default;
  // The people whom the new one resembles; nobody unless the enrolment allows duplicates.
  [[nodiscard]] virtual Result<std::vector<LookAlike>> enrol(const Enrolment& enrolment) = 0;
  [[nodiscard]] virtual Result<std::optional<PersonId>> find_by_code(const std::string& code) = 0;
  [[nodiscard]] virtual Result<void> add_face(const PersonId& person, const NewFace& face,
                                              bool allow_duplicate) = 0;
};

class HttpEnrolmentServer final : public EnrolmentServer {
 public:
  explicit HttpEnrolmentServer(const ApiClientOptions& options) : client_(options) {}
  [[nodiscard]] Result<std::vector<LookAlike>> enrol(const Enrolment& enrolment) override;
  [[nodiscard]] Result<std::optional<PersonId>> find_by_code(const std::string& code) override;
  [[nodiscard]] Result<void> add_face(const PersonId& person, const NewFace& face,
                                      bool allow_duplicate) override;

 private:
  ApiClient client_;
};

enum class EnrolStatus { enrolled, faces_added, refused };
[[nodiscard]] std::string_view to_string(EnrolStatus status);

struct ImageVerdict {
  std::string image;
  bool accepted = false;
  std::string reason;  // why not
};

struct EnrolResult {
  std::string code;
  std::string name;
  EnrolStatus status = EnrolStatus::refused;
  std::size_t faces = 0;               // that the server took
  std::string reason_code;             // "duplicate_face"; empty unless refused
  std::string reason;                  // in words
  std::vector<LookAlike> look_alikes;  // of one who was enrolled: to review
  std::vector<ImageVerdict> images;
  bool hopeless = false;  // the server or the key is the problem, so the next person would fail too
};

struct EnrollerOptions {
  vision::QualityLimits limits{};  // for enrolment
  View view{};                     // photographs are prepared as it says
  bool allow_duplicate = false;
  // Enrol people who resemble somebody and list whom: for many at once, of whom each has a code of their own.
  bool list_look_alikes = false;
  bool add_face = false;  // if a person with that code exists, add the faces to them
};

// Used by one thread. `engine` and `server` outlive it.
class Enroller {
 public:
  Enroller(const vision::FaceEngine& engine, EnrolmentServer& server, EnrollerOptions options)
      : engine_(engine), server_(server), options_(options) {}

  // Enrols the good images and gives a reason for each of the others. Without a good one the person is
  // refused.
  [[nodiscard]] EnrolResult enrol(const PersonToEnrol& person);
  // The same with faces that were already found.
  [[nodiscard]] EnrolResult enrol(const std::string& code, const std::string& name,
                                  std::vector<NewFace> faces);

 private:
  void add_to_existing(const PersonId& person, const std::vector<NewFace>& faces, EnrolResult& result);

  const vision::FaceEngine& engine_;
  EnrolmentServer& server_;
  EnrollerOptions options_;
};

struct ShotOptions {
  vision::QualityLimits limits{};
  std::size_t shots = 3;
  std::uint64_t look_every = 5;  // frames
  std::uint64_t apart = 15;      // frames between two shots, for variety
  std::uint64_t enough_after =
      250;  // end after so many frames without a better one, once all shots are taken
};

// Picks the best frames of a video of one person. Used by one thread.
class ShotCollector {
 public:
  ShotCollector(const vision::FaceEngine& engine, ShotOptions options) : engine_(engine), options_(options) {}

  // Looks at every look_every-th frame.
  void offer(std::uint64_t frame, const cv::Mat& image);
  [[nodiscard]] bool done(std::uint64_t frame) const;
  [[nodiscard]] std::size_t count() const { return shots_.size(); }
  // The problems of the last frame that was examined; empty: none.
  [[nodiscard]] const std::string& last_problem() const { return last_problem_; }
  [[nodiscard]] std::vector<NewFace> take() const;

 private:
  struct Shot {
    std::uint64_t frame = 0;
    NewFace face;
  };
  const vision::FaceEngine& engine_;
  ShotOptions options_;
  std::vector<Shot> shots_;
  std::uint64_t last_change_ = 0;
  std::string last_problem_;
};

// One line per person: code, name, status, faces, reason_code, reason, refused images with reasons, look-alikes.
[[nodiscard]] std::string report_as_csv(const std::vector<EnrolResult>& results);

}  // namespace sas::edge
