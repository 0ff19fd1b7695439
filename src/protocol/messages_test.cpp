#include "protocol/messages.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sas::protocol {
namespace {

Embedding face(float tilt) {
  std::vector<float> values(kEmbeddingSize);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(tilt * static_cast<float>(i + 1));
  return *Embedding::normalised(values);
}

Decision marked() {
  Decision decision;
  decision.event = *EventId::parse("01234567-89ab-7cde-8f01-23456789abcd");
  decision.outcome = Outcome::marked;
  decision.person =
      PersonRef{*PersonId::parse("01234567-89ab-7cde-8f01-23456789abce"), "E-1", "J\u00f6 \"J\""};
  decision.similarity = 0.71234567F;
  decision.runner_up = -0.0123F;
  decision.score = 0.5625F;
  decision.threshold = 0.35F;
  decision.threshold_source = ThresholdSource::calibrated;
  decision.attendance = *AttendanceId::parse("01234567-89ab-7cde-8f01-23456789abcf");
  decision.cooldown_until = *parse_rfc3339("2026-11-22T15:47:35Z");
  return decision;
}

TEST(Decision, ReadsAsAPersonWouldWriteIt) {
  EXPECT_EQ(
      write_decision(marked()),
      R"({"event_id":"01234567-89ab-7cde-8f01-23456789abcd","outcome":"marked",)"
      R"("person":{"id":"01234567-89ab-7cde-8f01-23456789abce","code":"E-1","name":"J)"
      "\u00f6"
      R"( \"J\""},"similarity":0.712346,"runner_up":-0.0123,"score":0.5625,)"
      R"("threshold":0.35,"threshold_source":"calibrated",)"
      R"("attendance_id":"01234567-89ab-7cde-8f01-23456789abcf","cooldown_until":"2026-11-22T15:47:35Z"})");
}

TEST(Decision, ComesBackWhole) {
  Decision sent = marked();
  sent.similarity = 0.75F;
  EXPECT_EQ(*read_decision(write_decision(sent)), sent);
  Decision unknown;
  unknown.event = sent.event;
  unknown.threshold = 0.5F;
  const std::string json = write_decision(unknown);
  EXPECT_NE(json.find(R"("person":null,"similarity":null,"runner_up":null)"), std::string::npos) << json;
  EXPECT_EQ(*read_decision(json), unknown);
}

TEST(Decision, RefusesAnswersThatAreNotOne) {
  for (
      const char* json :
      {"", "{}", R"({"event_id":"x","outcome":"marked","threshold":0.3})",
       R"({"event_id":"01234567-89ab-7cde-8f01-23456789abcd","outcome":"perhaps","threshold":0.3})",
       R"({"event_id":"01234567-89ab-7cde-8f01-23456789abcd","outcome":"marked"})",
       R"({"event_id":"01234567-89ab-7cde-8f01-23456789abcd","outcome":"marked","threshold":1,"person":{}})"})
    EXPECT_FALSE(read_decision(json)) << json;
}

TEST(BatchResults, KeepTheirOrderAndSayWhichMayBeSentAgain) {
  const std::vector<Result<Decision>> sent{
      marked(), Error::of(ErrorKind::invalid_argument, "unknown_model", "no such model", {{"known", {"a"}}}),
      Error::of(ErrorKind::unavailable, "the database does not answer")};
  const auto received = read_batch_results(write_batch_results(sent));
  ASSERT_TRUE(received) << received.error().message;
  ASSERT_EQ(received->size(), 3U);
  EXPECT_EQ((*received)[0]->person, marked().person);
  EXPECT_EQ((*received)[1].error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ((*received)[1].error().code, "unknown_model");
  EXPECT_EQ((*received)[1].error().details.at("known").as_array().size(), 1U);
  EXPECT_EQ((*received)[2].error().kind, ErrorKind::unavailable);
  for (const char* json : {"{}", R"({"results":7})", R"({"results":[7]})", R"({"results":[{}]})"})
    EXPECT_FALSE(read_batch_results(json)) << json;
}

TEST(Enrolment, ComesBackWhole) {
  const Enrolment sent{
      "E-1", "Jane Doe", {NewFace{face(0.1F), ModelId{"m-1"}, 0.75F}, NewFace{face(0.2F), {}, 0}}, true};
  const auto received = read_enrolment(write_enrolment(sent, EmbeddingEncoding::f16));
  ASSERT_TRUE(received) << received.error().message;
  EXPECT_EQ(received->code, sent.code);
  EXPECT_EQ(received->name, sent.name);
  EXPECT_TRUE(received->allow_duplicate);
  ASSERT_EQ(received->faces.size(), 2U);
  EXPECT_GT(cosine(received->faces[0].embedding, sent.faces[0].embedding), 0.9999F);
  EXPECT_EQ(received->faces[0].model, sent.faces[0].model);
  EXPECT_EQ(received->faces[0].quality, 0.75F);
  EXPECT_FALSE(received->faces[1].model);
}

TEST(Enrolment, TakesAPersonWithoutFacesAndFacesAsPlainNumbers) {
  EXPECT_TRUE(read_enrolment(R"({"code":"1","name":"x"})")->faces.empty());
  std::string list = "[1";
  for (int i = 1; i < 512; ++i) list += ",0";
  const auto enrolment = read_enrolment(R"({"code":"1","name":"x","faces":[{"vector":)" + list + "]}]}");
  ASSERT_TRUE(enrolment) << enrolment.error().message;
  EXPECT_EQ(enrolment->faces.size(), 1U);
}

TEST(Enrolment, NamesTheFieldThatIsWrong) {
  const struct {
    std::string json;
    boost::json::string named;
  } kCases[] = {
      {R"({"name":"x"})", "code"},
      {R"({"code":7,"name":"x"})", "code"},
      {R"({"code":"1"})", "name"},
      {R"({"code":"1","name":"x","faces":{}})", "faces"},
      {R"({"code":"1","name":"x","faces":[7]})", "faces[0]"},
      {R"({"code":"1","name":"x","faces":[{}]})", "faces[0].embedding"},
      {R"({"code":"1","name":"x","faces":[{"embedding":"AA"}]})", "faces[0].encoding"},
      {R"({"code":"1","name":"x","faces":[{"embedding":"AA","encoding":"f16"}]})", "faces[0].embedding"},
      {R"({"code":"1","name":"x","faces":[{"vector":[1,2]}]})", "faces[0].vector"},
      {R"({"code":"1","name":"x","faces":[{"vector":["a"]}]})", "faces[0].vector[0]"},
      {R"({"code":"1","name":"x","faces":[{"vector":[1],"embedding":"A"}]})", "faces[0].vector"},
      {R"({"code":"1","name":"x","allow_duplicate":"yes"})", "allow_duplicate"},
  };
  for (const auto& wrong : kCases) {
    const auto enrolment = read_enrolment(wrong.json);
    ASSERT_FALSE(enrolment) << wrong.json;
    EXPECT_EQ(enrolment.error().details.at("field"), wrong.named) << enrolment.error().message;
  }
  std::string many = R"({"code":"1","name":"x","faces":[{})";
  for (std::size_t i = 0; i < kMaxFacesPerEnrolment; ++i) many += ",{}";
  EXPECT_EQ(read_enrolment(many + "]}").error().details.at("field"), "faces");
}

TEST(Face, ComesBackWithItsSwitch) {
  bool allow_duplicate = false;
  const auto received =
      read_face(write_face(NewFace{face(0.3F), {}, 0.5F}, EmbeddingEncoding::i8, true), allow_duplicate);
  ASSERT_TRUE(received) << received.error().message;
  EXPECT_TRUE(allow_duplicate);
  EXPECT_EQ(received->quality, 0.5F);
}

TEST(ErrorMessage, ComesBackWithTheKindOfItsStatus) {
  for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    const Error sent = Error::of(kind, "some_code", "words", {{"field", "x"}, {"similarity", 0.5}});
    const Error received = read_error(write_error(sent), status_of(kind));
    EXPECT_EQ(received.code, sent.code);
    EXPECT_EQ(received.message, sent.message);
    EXPECT_EQ(received.details, sent.details);
    EXPECT_EQ(status_of(received.kind), status_of(kind));
  }
}

TEST(ErrorMessage, AnAnswerOfSomebodyElseSaysSo) {
  const Error error = read_error("<html>Bad Gateway</html>", 502);
  EXPECT_EQ(error.kind, ErrorKind::unavailable);
  EXPECT_EQ(error.code, "unexpected_answer");
  EXPECT_NE(error.message.find("502"), std::string::npos);
}

}  // namespace
}  // namespace sas::protocol
