#include "vision/fetch/licence.h"

#include <fstream>
#include <iterator>

#include <boost/json.hpp>

#include "base/clock.h"
#include "vision/pack/file_installer.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

fs::path file_of(const ModelPack& pack, const fs::path& models_dir) {
  return models_dir / pack.name / "licence-accepted.json";
}

}  // namespace

bool licence_accepted(const ModelPack& pack, const fs::path& models_dir) {
  if (pack.commercial_use) return true;
  std::ifstream stream(file_of(pack, models_dir), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) return false;
  const auto same = [&](std::string_view field, std::string_view expected) {
    const auto* found = value.get_object().if_contains(field);
    return found != nullptr && found->is_string() && found->get_string() == expected;
  };
  // If the terms have changed, they have not been accepted.
  return same("licence", pack.licence) && same("note", pack.licence_note);
}

Result<void> accept_licence(const ModelPack& pack, const fs::path& models_dir) {
  auto file = FileInstaller::open(file_of(pack, models_dir));
  if (!file) return file.error();
  const json::object object{{"licence", pack.licence},
                            {"note", pack.licence_note},
                            {"accepted_at", to_rfc3339(SystemClock{}.now())}};
  if (auto written = file->write(json::serialize(object) + "\n"); !written) return written.error();
  return file->put_in_place();
}

}  // namespace sas::vision
