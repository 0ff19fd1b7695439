#include "edge/enroller.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "edge/frame_source.h"
#include "protocol/json_reader.h"
#include "protocol/messages.h"
#include "vision/image_file.h"

namespace sas::edge {
namespace {

namespace fs = std::filesystem;

// A person by the name of their folder or image.
struct Labelled {
  std::string label;
  std::vector<fs::path> images;

  // What stands before the first underscore, if something stands after it; otherwise all.
  [[nodiscard]] std::string code() const {
    const std::size_t underscore = label.find('_');
    const bool both = underscore != std::string::npos && underscore > 0 && underscore + 1 < label.size();
    return both ? label.substr(0, underscore) : label;
  }
};

PersonToEnrol person_of(const Labelled& labelled, std::string code) {
  PersonToEnrol person{std::move(code), labelled.label, labelled.images};
  if (person.code.size() < labelled.label.size()) person.name = labelled.label.substr(person.code.size() + 1);
  std::replace(person.name.begin(), person.name.end(), '_', ' ');
  return person;
}

bool has_digit(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Sorted by code. invalid_argument "duplicate_code".
Result<std::vector<PersonToEnrol>> with_codes(const std::vector<Labelled>& labelled) {
  std::map<std::string, std::size_t> uses;
  for (const Labelled& one : labelled) ++uses[one.code()];
  std::map<std::string, PersonToEnrol> people;
  for (const Labelled& one : labelled) {
    std::string code = one.code();
    if (uses[code] > 1 && !has_digit(code)) code = one.label;
    auto person = person_of(one, code);
    const auto [other, added] = people.try_emplace(std::move(code), std::move(person));
    if (added) continue;
    return Error::of(ErrorKind::invalid_argument, "duplicate_code",
                     "two people have the code \"" + other->first + "\": " + other->second.name + " and " +
                         person_of(one, other->first).name + "; give each folder or image its own CODE_Name");
  }
  std::vector<PersonToEnrol> sorted;
  sorted.reserve(people.size());
  for (auto& [code, person] : people) sorted.push_back(std::move(person));
  return sorted;
}

bool hopeless(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::unauthenticated ||
         error.kind == ErrorKind::permission_denied;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

void refuse(EnrolResult& result, const Error& error) {
  result.status = EnrolStatus::refused;
  result.reason_code = error.code;
  result.reason = error.message;
  result.hopeless = hopeless(error);
}

// What the server said, with how much the faces resemble each other and what can be done here.
Error with_remedy(Error error, const std::string& code) {
  if (error.code == "duplicate_face") {
    if (const auto* similarity = error.details.if_contains("similarity");
        similarity != nullptr && similarity->is_number()) {
      error.message += fmt::format(" (similarity {:.2f})", similarity->to_number<double>());
    }
    const auto* theirs = error.details.if_contains("code");
    const bool same =
        theirs != nullptr && theirs->is_string() && std::string_view(theirs->get_string()) == code;
    error.message +=
        same ? "; --add-face adds the faces to them" : "; --allow-duplicate enrols the person anyway (twins)";
  }
  if (error.code == "duplicate_code") error.message += "; --add-face adds the faces to that person";
  return error;
}

}  // namespace

std::string_view to_string(EnrolStatus status) {
  switch (status) {
    case EnrolStatus::enrolled:
      return "enrolled";
    case EnrolStatus::faces_added:
      return "faces_added";
    case EnrolStatus::refused:
      break;
  }
  return "refused";
}

Result<std::vector<PersonToEnrol>> people_in_folder(const fs::path& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    return Error::of(
        ErrorKind::not_found, "source_not_found",
        "no such folder: " + folder.string() + "; --dir takes a folder with one folder per person");
  }
  std::vector<Labelled> people;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    std::error_code broken;  // a link that leads nowhere, which images_in() names
    if (entry.is_directory(broken) && !name.starts_with('.'))
      people.push_back({name, images_in(entry.path())});
  }
  for (const fs::path& image : images_in(folder)) people.push_back({image.stem().string(), {image}});
  if (failed) {
    return Error::of(ErrorKind::failed_precondition, "source_unreadable",
                     "cannot read " + folder.string() + ": " + failed.message());
  }
  if (people.empty()) {
    return Error::of(ErrorKind::invalid_argument, "no_people",
                     folder.string() +
                         " holds neither folders nor images; each folder in it is one person, named "
                         "CODE_Name, with that person's images");
  }
  return with_codes(people);
}

Result<std::vector<PersonToEnrol>> people_in_csv(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return Error::of(ErrorKind::not_found, "source_not_found",
                     "cannot read " + file.string() + "; check the spelling of the path and its permissions");
  }
  const auto bad = [&](const std::string& why) {
    return Error::of(ErrorKind::invalid_argument, "invalid_csv", file.string() + ": " + why);
  };
  CsvReader reader(in);
  const auto header = reader.next();
  if (!header) return bad(header.error().message);
  if (!*header) return bad("the file is empty; its first line names the columns: code,name,images");
  const auto refuse_encoding = [&](const CsvRow& row) -> std::optional<Error> {
    if (std::ranges::all_of(row.cells, [](const std::string& cell) { return nfc(cell).has_value(); }))
      return std::nullopt;
    return bad("line " + std::to_string(row.line) +
               ": not UTF-8, so names would be wrong; save the list as \"CSV UTF-8\"");
  };
  if (auto refused = refuse_encoding(**header)) return *refused;
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < (*header)->cells.size(); ++i)
    columns.emplace(search_key(trimmed((*header)->cells[i])), i);
  for (const char* needed : {"code", "name", "images"}) {
    if (!columns.contains(needed)) {
      return bad(std::string("the first line has no column \"") + needed +
                 "\"; it should be: code,name,images");
    }
  }
  std::vector<PersonToEnrol> people;
  std::set<std::string> codes;
  for (;;) {
    const auto next = reader.next();
    if (!next) return bad(next.error().message);
    if (!*next) break;
    const CsvRow& row = **next;
    const std::string at = "line " + std::to_string(row.line) + ": ";
    if (auto refused = refuse_encoding(row)) return *refused;
    const auto cell = [&](const char* name) {
      const std::size_t index = columns.at(name);
      return index < row.cells.size() ? trimmed(row.cells[index]) : std::string();
    };
    PersonToEnrol person{cell("code"), cell("name"), {}};
    if (person.code.empty()) return bad(at + "no code");
    if (person.name.empty()) return bad(at + "no name");
    if (!codes.insert(person.code).second)
      return bad(at + "the code \"" + person.code + "\" appears twice in the file");
    std::istringstream images(cell("images"));
    for (std::string image; std::getline(images, image, ';');) {
      image = trimmed(image);
      if (!image.empty())
        person.images.push_back(file.parent_path() / image);  // an absolute path stays as it is
    }
    people.push_back(std::move(person));
  }
  if (people.empty()) return bad("the file has a header and no people");
  return people;
}

Result<std::vector<LookAlike>> HttpEnrolmentServer::enrol(const Enrolment& enrolment) {
  auto body =
      client_.post("/api/v1/persons", protocol::write_enrolment(enrolment, protocol::EmbeddingEncoding::f32));
  if (!body) return body.error();
  return read_look_alikes(*body);
}

Result<std::optional<PersonId>> HttpEnrolmentServer::find_by_code(const std::string& code) {
  std::optional<std::string> cursor;
  for (;;) {
    std::vector<std::pair<std::string, std::string>> parameters{{"query", code}, {"limit", "100"}};
    if (cursor) parameters.emplace_back("cursor", *cursor);
    auto body = client_.get("/api/v1/persons" + query_string(parameters));
    if (!body) return body.error();
    const auto page = protocol::parse_object(*body);
    if (!page) return page.error();
    const protocol::ObjectReader reader(*page);
    const auto items = reader.optional_array("items");
    if (!items) return items.error();
    if (*items != nullptr) {
      for (const auto& item : **items) {
        if (!item.is_object()) continue;
        const protocol::ObjectReader person(item.get_object());
        const auto found = person.text("code");
        const auto id = person.text("id");
        if (!found || !id || *found != code) continue;
        auto parsed = PersonId::parse(*id);
        if (!parsed) return parsed.error();
        return std::optional<PersonId>(*parsed);
      }
    }
    auto next = reader.optional_text("next_cursor");
    if (!next) return next.error();
    if (!*next) return std::optional<PersonId>();
    cursor = std::move(*next);
  }
}

Result<void> HttpEnrolmentServer::add_face(const PersonId& person, const NewFace& face,
                                           bool allow_duplicate) {
  auto body = client_.post("/api/v1/persons/" + person.to_string() + "/faces",
                           protocol::write_face(face, protocol::EmbeddingEncoding::f32, allow_duplicate));
  if (!body) return body.error();
  return {};
}

EnrolResult Enroller::enrol(const PersonToEnrol& person) {
  std::vector<ImageVerdict> verdicts;
  std::vector<NewFace> faces;
  std::optional<Error> last;
  for (const fs::path& path : person.images) {
    ImageVerdict verdict{path.string(), false, {}};
    auto image = vision::read_image(path);
    auto still = image ? vision::analyse_still(engine_, apply(options_.view, *image), options_.limits)
                       : Result<vision::StillFace>(image.error());
    if (still) {
      verdict.accepted = true;
      faces.push_back({still->embedding, engine_.pack().embedder, still->quality.overall});
    } else {
      last = still.error();
      verdict.reason = still.error().message;
    }
    verdicts.push_back(std::move(verdict));
  }
  EnrolResult result;
  if (faces.empty()) {
    result.code = person.code;
    result.name = person.name;
    if (person.images.empty()) {
      refuse(result, Error::of(ErrorKind::invalid_argument, "no_images",
                               "no images; give at least one photograph that shows only this person"));
    } else if (person.images.size() == 1) {
      refuse(result, *last);
    } else {
      refuse(result, Error::of(ErrorKind::invalid_argument, last->code,
                               "none of " + std::to_string(person.images.size()) +
                                   " images is good enough; the last: " + last->message));
    }
  } else {
    result = enrol(person.code, person.name, std::move(faces));
  }
  result.images = std::move(verdicts);
  return result;
}

EnrolResult Enroller::enrol(const std::string& code, const std::string& name, std::vector<NewFace> faces) {
  EnrolResult result;
  result.code = code;
  result.name = name;
  std::stable_sort(faces.begin(), faces.end(),
                   [](const auto& a, const auto& b) { return a.quality > b.quality; });
  if (faces.size() > protocol::kMaxFacesPerEnrolment) {
    faces.erase(faces.begin() + static_cast<std::ptrdiff_t>(protocol::kMaxFacesPerEnrolment), faces.end());
  }
  if (options_.add_face) {
    // Ask first: the server would refuse the person's own face as a duplicate before it looks at the code.
    const auto person = server_.find_by_code(code);
    if (!person) {
      refuse(result, person.error());
      return result;
    }
    if (*person) {
      add_to_existing(**person, faces, result);
      return result;
    }
  }
  auto enrolled = server_.enrol({code, name, faces, options_.allow_duplicate || options_.list_look_alikes});
  if (enrolled) {
    result.status = EnrolStatus::enrolled;
    result.faces = faces.size();
    result.look_alikes = std::move(*enrolled);
    return result;
  }
  refuse(result, with_remedy(enrolled.error(), code));
  return result;
}

void Enroller::add_to_existing(const PersonId& person, const std::vector<NewFace>& faces,
                               EnrolResult& result) {
  std::optional<Error> last;
  for (const NewFace& face : faces) {
    if (auto added = server_.add_face(person, face, options_.allow_duplicate); !added) {
      last = added.error();
      if (hopeless(*last)) break;
    } else {
      ++result.faces;
    }
  }
  if (result.faces == 0 || (last && hopeless(*last))) return refuse(result, *last);
  result.status = EnrolStatus::faces_added;
  if (last) result.reason = last->message;
}

void ShotCollector::offer(std::uint64_t frame, const cv::Mat& image) {
  if (frame % options_.look_every != 0) return;
  auto still = vision::analyse_still(engine_, image, options_.limits);
  last_problem_ = still ? std::string() : still.error().message;
  if (!still) return;
  const float quality = still->quality.overall;
  Shot shot{frame, {still->embedding, engine_.pack().embedder, quality}};
  const auto near = std::find_if(shots_.begin(), shots_.end(), [&](const Shot& other) {
    return frame < other.frame + options_.apart;  // frame numbers only grow
  });
  if (near != shots_.end()) {
    if (near->face.quality >= quality) return;
    *near = std::move(shot);
  } else if (shots_.size() < options_.shots) {
    shots_.push_back(std::move(shot));
  } else {
    const auto worst = std::min_element(shots_.begin(), shots_.end(), [](const Shot& a, const Shot& b) {
      return a.face.quality < b.face.quality;
    });
    if (worst->face.quality >= quality) return;
    *worst = std::move(shot);
  }
  last_change_ = frame;
}

bool ShotCollector::done(std::uint64_t frame) const {
  return shots_.size() >= options_.shots && frame >= last_change_ + options_.enough_after;
}

std::vector<NewFace> ShotCollector::take() const {
  std::vector<NewFace> faces;
  faces.reserve(shots_.size());
  for (const Shot& shot : shots_) faces.push_back(shot.face);
  return faces;
}

std::string report_as_csv(const std::vector<EnrolResult>& results) {
  std::string text =
      csv_line({"code", "name", "status", "faces", "reason_code", "reason", "refused_images", "look_alikes"});
  for (const EnrolResult& result : results) {
    std::string images;
    for (const ImageVerdict& image : result.images) {
      if (image.accepted) continue;
      images += (images.empty() ? "" : "; ") + image.image + ": " + image.reason;
    }
    text += csv_line({result.code, result.name, std::string(to_string(result.status)),
                      std::to_string(result.faces), result.reason_code, result.reason, images,
                      to_string(result.look_alikes)});
  }
  return text;
}

}  // namespace sas::edge
